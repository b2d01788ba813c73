/** `interrupt()` while far more chat waits than the network takes: how long it waits, and what follows it. */

import { seededRandom } from '@avatarwire/simulator';
import { milliseconds, type Row } from '../report';
import { letters } from '../texts';
import { withSession } from '../virtual-session';

const TIMES = 40;
const QUEUED_LETTERS = 200_000;

export const interrupt: Row = {
  name: 'interrupt',
  async run() {
    return [await measure('agora'), await measure('trtc')];
  },
};

function measure(name: 'agora' | 'trtc') {
  return withSession(name, async ({ session, sim, out }) => {
    const random = seededRandom(3);
    let longestWaitMs = 0;
    let olderBytes = 0;
    for (let time = 0; time < TIMES; time++) {
      session.speak(letters(QUEUED_LETTERS)).catch(() => {});
      // More than a second apart: two within one may wait for each other.
      await sim.advance(1_100 + Math.floor(random() * 2_000));
      const before = out.length;
      const calledAt = sim.clock.now();
      session.interrupt().catch(() => {});
      await sim.advance(2_000);
      const after = out.slice(before);
      const at = after.find(({ lane }) => lane === 'interrupt')?.at ?? Infinity;
      longestWaitMs = Math.max(longestWaitMs, at - calledAt);
      for (const { lane, data } of after) if (lane === 'chat') olderBytes += data.length;
    }
    return {
      what: `${TIMES} interrupts over ${name}, ${QUEUED_LETTERS.toLocaleString('en')} letters queued before each`,
      target: 'wait 0 ms; 0 B of older chat after it',
      value: `${milliseconds(longestWaitMs)}; ${olderBytes} B`,
      comparison: 'documented sender: cannot be interrupted, all of it follows',
      pass: longestWaitMs === 0 && olderBytes === 0,
    };
  });
}
