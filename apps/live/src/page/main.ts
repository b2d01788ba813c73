/** What the program calls in a page. */

import type { Provider } from '@avatarwire/core';
import type { LiveProvider } from '../live-provider';
import { type ProviderName, providers } from '../providers/index';
import type { Results } from '../results';
import { ask } from './ask';
import { runConformance } from './conformance';
import { converse } from './conversation';
import { createFarSide, type FarSide, type Seat } from './far-side';
import { liveHarness } from './harness';
import { type NodeSide, openCloud } from './page-cloud';

export interface LivePage {
  /** The visitor's page: everything. */
  run(): Promise<Results>;
  /** The avatar's page: one call of the visitor's. */
  far(method: keyof FarSide, args: readonly unknown[]): Promise<unknown>;
  /** The visitor's page: somebody at the far side received this. */
  heard(seat: Seat, bytes: readonly number[]): void;
}

declare global {
  var live: { open(name: ProviderName, emulated: boolean): Promise<void>; page?: LivePage };
}

globalThis.live = {
  async open(name, emulated) {
    globalThis.live.page = await openPage(name, emulated);
  },
};

function openPage(name: ProviderName, emulated: boolean): Promise<LivePage> {
  switch (name) {
    case 'agora':
      return start(providers.agora, emulated);
    case 'trtc':
      return start(providers.trtc, emulated);
    case 'livekit':
      return start(providers.livekit, emulated);
  }
}

async function start<P extends Provider>(provider: LiveProvider<P>, emulated: boolean): Promise<LivePage> {
  // Node puts them here before the page begins.
  const node = globalThis as unknown as NodeSide;
  const cloud = await openCloud(provider, emulated, node);
  const listeners = new Set<(seat: Seat, bytes: readonly number[]) => void>();
  const here = createFarSide(provider, cloud, (seat, bytes) => void node.tellVisitor(seat, bytes));
  const far = elsewhere(node);
  return {
    async run() {
      const harness = liveHarness(provider, cloud, far, (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      });
      // Who cannot even connect needs to hear that once, and at once.
      let met = false;
      let proving: Promise<Results['conformance']> = Promise.resolve([]);
      const conversation = await converse(provider, cloud, far, () => {
        met = true;
        // The conversation is mostly waiting for its turn.
        proving = runConformance(harness);
      });
      const conformance = await proving;
      // Alone: they measure.
      return { conversation, conformance, answers: met ? await ask(provider, cloud, far) : [] };
    },
    far(method, args) {
      const call = here[method] as (...rest: readonly unknown[]) => Promise<unknown>;
      return call(...args);
    },
    heard(seat, bytes) {
      for (const listener of [...listeners]) listener(seat, bytes);
    },
  };
}

/** The far side as the visitor's page has it: every call goes through Node to whichever page it lives in. */
function elsewhere({ callFar }: NodeSide): FarSide {
  const remote = <R>(method: keyof FarSide) =>
    (async (...args: readonly unknown[]) => callFar(method, args)) as (...args: never[]) => Promise<R>;
  return {
    join: remote('join'),
    leave: remote('leave'),
    sees: remote('sees'),
    send: remote('send'),
    heard: remote('heard'),
    publish: remote('publish'),
    unpublish: remote('unpublish'),
    replace: remote('replace'),
    startAvatar: remote('startAvatar'),
    avatarReport: remote('avatarReport'),
    stopAvatar: remote('stopAvatar'),
  };
}
