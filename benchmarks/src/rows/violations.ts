/** Chat, commands and interrupts mixed at random for minutes, and every sliding second of it counted. */

import { seededRandom } from '@avatarwire/simulator';
import { runDocumented } from '../documented-run';
import { bytes, type Result, type Row } from '../report';
import { fullestSecond } from '../sliding-windows';
import { letters, scripts } from '../texts';
import { withSession } from '../virtual-session';

const MIXED_MS = 120_000;

export const violations: Row = {
  name: 'violations',
  async run() {
    const documented = fullestSecond((await runDocumented(letters(10_000), letters(10_000))).packets);
    const comparison = `documented sender, two texts at once: ${bytes(documented.bytes)}, ${documented.packets} packets`;
    return [await mixed('agora', comparison), await mixed('trtc', '–')];
  },
};

function mixed(name: 'agora' | 'trtc', comparison: string): Promise<Result> {
  return withSession(name, async ({ session, sim, out, policy }) => {
    const random = seededRandom(7);
    const until = sim.clock.now() + MIXED_MS;
    const ignore = () => {};
    while (sim.clock.now() < until) {
      const dice = random();
      const script = scripts[Math.floor(random() * scripts.length)];
      if (dice < 0.5 && script) session.speak(script.text(1 + Math.floor(random() * 4_000))).catch(ignore);
      else if (dice < 0.75) session.setAction({ gesture: 'nod' }).catch(ignore);
      else if (dice < 0.85)
        session.setParams({ voice: { speed: 0.8 + Math.floor(random() * 5) / 10 } }).catch(ignore);
      else session.interrupt().catch(ignore);
      await sim.advance(Math.floor(random() * 400));
    }
    const peak = fullestSecond(out);
    const isOver = peak.bytes > policy.bytesPerSecond || peak.packets > policy.packetsPerSecond;
    return {
      what: `fullest second of ${MIXED_MS / 1_000} s of mixed traffic over ${name}: ${out.length} packets`,
      target: `at most ${bytes(policy.bytesPerSecond)} and ${policy.packetsPerSecond} packets`,
      value: `${bytes(peak.bytes)}, ${peak.packets} packets`,
      comparison,
      pass: !isOver,
    };
  });
}
