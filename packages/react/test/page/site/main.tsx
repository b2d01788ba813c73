import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { type Leftovers, leftovers } from './watched';

export interface PageUnderTest {
  readonly version: string;
  /** Renders the provider with this id, and has it mounted, in this turn. */
  show(id: string): void;
  hide(): void;
  /** From one provider to the next, `count` times, with pauses from none at all to some milliseconds. */
  switchFast(count: number): Promise<void>;
  leftovers(): Leftovers;
}

declare global {
  var pageUnderTest: PageUnderTest;
}

const root = createRoot(document.querySelector('#root') ?? document.body);
let shown = 0;

const show = (id: string) =>
  flushSync(() =>
    root.render(
      <StrictMode>
        <App id={id} />
      </StrictMode>,
    ),
  );

/** Long enough for the broker to answer, too short, a turn, and none. */
const PAUSES_MS = [undefined, undefined, 0, 3, 30];

globalThis.pageUnderTest = {
  version: (await import('react')).version,
  show,
  hide: () => flushSync(() => root.render(null)),
  async switchFast(count) {
    for (let switched = 0; switched < count; switched += 1) {
      shown += 1;
      show(`switched-${shown}`);
      const pauseMs = PAUSES_MS[switched % PAUSES_MS.length];
      if (pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  },
  leftovers,
};
