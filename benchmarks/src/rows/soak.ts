/** A million messages through one session: whether anything is left behind. */

import { createAvatarSession, type Provider } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';
import type { Row } from '../report';

const MESSAGES = 1_000_000;
const AT_ONCE = 100;
const FLAT_BYTES = 2_000_000;
const POLICY: Provider = 'memory';

export const soak: Row = {
  name: 'soak',
  async run() {
    const sim = simulate({ policy: POLICY, durationMs: 24 * 3_600_000 });
    const session = createAvatarSession({ ...sim.options, maxMessages: 100 });
    await sim.run(session.connect());
    const heap: number[] = [];
    const startedAt = performance.now();
    for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, () => session.speak('Hello.'));
      await sim.run(Promise.all(batch));
      if ((sent + AT_ONCE) % (MESSAGES / 5) !== 0) continue;
      await sim.advance(60_000);
      globalThis.gc?.();
      heap.push(process.memoryUsage().heapUsed);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await sim.run(session.close());
    sim.close();
    const grown = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
    return [
      {
        what: `${MESSAGES.toLocaleString('en')} messages over ${POLICY}: heap after the last fifth, against the first`,
        target: `grows by less than ${FLAT_BYTES / 1e6} MB`,
        value: `${(grown / 1e6).toFixed(2)} MB, at ${Math.round(MESSAGES / seconds).toLocaleString('en')} messages/s`,
        comparison: `after each fifth: ${heap.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(', ')}`,
        pass: grown < FLAT_BYTES,
      },
    ];
  },
};
