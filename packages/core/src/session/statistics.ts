/** What the vendor measures, asked for while somebody listens and the connection stands. */

import type { Clock } from '../clock';
import { AvatarError } from '../errors';
import type { AvatarTransport, Statistics } from '../transport';

export interface StatisticsWatch {
  on(listener: (statistics: Statistics) => void, options?: { readonly everyMs?: number }): () => void;
  /** The connection may be another one, or none. */
  follow(): void;
}

const LEAST_EVERY_MS = 250;
const EVERY_MS = 1_000;

/** Of one listener. */
interface Wish {
  readonly everyMs: number;
  dueAt: number;
  readonly listener: (statistics: Statistics) => void;
}

/** @param standing the transport while its connection stands */
export function watchStatistics(clock: Clock, standing: () => AvatarTransport | undefined): StatisticsWatch {
  const wishes = new Set<Wish>();
  let cancel: (() => void) | undefined;
  /** Whose answer is awaited: one that is slow, or never comes, is not asked twice, and keeps nobody else from it. */
  let asked: AvatarTransport | undefined;

  /** One timer, for whoever is due next. */
  function follow(): void {
    cancel?.();
    const transport = standing();
    if (!transport?.statistics || asked === transport || wishes.size === 0) return;
    const dueAt = Math.min(...[...wishes].map((wish) => wish.dueAt));
    cancel = clock.schedule(() => void ask(transport), Math.max(0, dueAt - clock.now()));
  }

  async function ask(transport: AvatarTransport): Promise<void> {
    asked = transport;
    const now = clock.now();
    const due = [...wishes].filter(({ dueAt }) => dueAt <= now);
    for (const wish of due) wish.dueAt = now + wish.everyMs;
    const statistics = await (async () => transport.statistics?.())().catch(() => undefined);
    if (asked === transport) asked = undefined;
    if (statistics && standing() === transport) {
      for (const wish of due) {
        // One by one: a listener that throws is the page's own error, and stops nobody.
        queueMicrotask(() => wishes.has(wish) && wish.listener(statistics));
      }
    }
    follow();
  }

  return {
    follow,
    on(listener, { everyMs = EVERY_MS } = {}) {
      if (!Number.isFinite(everyMs) || everyMs < LEAST_EVERY_MS) {
        throw new AvatarError('invalid-argument', `everyMs must be at least ${LEAST_EVERY_MS}.`);
      }
      const wish: Wish = { everyMs, listener, dueAt: clock.now() };
      wishes.add(wish);
      follow();
      return () => {
        if (wishes.delete(wish)) follow();
      };
    },
  };
}
