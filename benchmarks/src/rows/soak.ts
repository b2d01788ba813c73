/** A million messages and their answers through one session: whether anything is left behind. */

import { createAvatarSession } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import type { Row } from '../report';
import { sinkTransport } from '../sink-transport';

const MESSAGES = 1_000_000;
const AT_ONCE = 100;
/** Virtual time from batch to batch. */
const PACE_MS = 20;
const SAMPLES = 10;
const FLAT_BYTES = 1_000_000;

export const soak: Row = {
  name: 'soak',
  async run() {
    const clock = createVirtualClock();
    const transport = sinkTransport();
    const session = createAvatarSession({
      transports: { memory: () => transport },
      source: { provider: 'memory', credentials: { room: 'soak' }, avatarId: 'avatar' },
      clock,
    });
    await clock.run(session.connect());
    const heap: number[] = [];
    const startedAt = performance.now();
    for (let sent = AT_ONCE; sent <= MESSAGES; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, () => session.ask('Are you there?'));
      await clock.run(Promise.all(batch));
      await clock.advance(PACE_MS);
      if (sent % (MESSAGES / SAMPLES) === 0) heap.push(usedHeap());
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await clock.run(session.close());
    const grown = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
    const perSecond = Math.round(MESSAGES / seconds).toLocaleString('en');
    const left = { listeners: transport.listenerCount(), timers: clock.scheduled };
    return [
      {
        what: `heap after ${MESSAGES.toLocaleString('en')} messages, against that after a tenth of them`,
        target: `grows by less than ${FLAT_BYTES / 1e6} MB`,
        value: `${(grown / 1e6).toFixed(2)} MB`,
        comparison: `after each tenth: ${heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB`,
        pass: grown < FLAT_BYTES,
      },
      {
        what: 'listeners and timers left after close',
        target: '0 and 0',
        value: `${left.listeners} and ${left.timers}`,
        comparison: `${perSecond} messages and answers a second`,
        pass: left.listeners === 0 && left.timers === 0,
      },
    ];
  },
};

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
