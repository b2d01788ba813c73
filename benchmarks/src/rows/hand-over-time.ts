/**
 * From `speak()` to the hand-over of the last part, against the best possible (best-possible.ts). Both grow in steps
 * of a window, so one length says little: each script is measured at many, and the sums are compared.
 */

import { bestHandOverMs } from '../best-possible';
import { milliseconds, type Result, type Row, ratio } from '../report';
import { escapedBytes, type Script, scripts } from '../texts';
import { withSession } from '../virtual-session';

const LENGTHS = Array.from({ length: 12 }, (_, index) => 6_000 + index * 4_337);
const TARGET = 1.02;

export const handOverTime: Row = {
  name: 'hand-over-time',
  async run() {
    const results: Result[] = [];
    for (const policy of ['agora', 'trtc'] as const) {
      for (const script of scripts) results.push(await measure(policy, script));
    }
    return results;
  },
};

async function measure(policy: 'agora' | 'trtc', script: Script): Promise<Result> {
  let measured = 0;
  let best = 0;
  for (const length of LENGTHS) {
    const one = await handOver(policy, script.text(length));
    measured += one.measuredMs;
    best += one.bestMs;
  }
  return {
    what: `${script.name} over ${policy}, ${LENGTHS.length} texts of ${LENGTHS[0]} to ${LENGTHS.at(-1)} units`,
    target: `≤ ${TARGET}× the best possible`,
    value: `${ratio(measured / best)} (${milliseconds(measured)})`,
    comparison: milliseconds(best),
    pass: measured / best <= TARGET,
  };
}

function handOver(policy: 'agora' | 'trtc', text: string): Promise<{ measuredMs: number; bestMs: number }> {
  return withSession(policy, async (stage) => {
    const { sim, session, out } = stage;
    const startedAt = sim.clock.now();
    await sim.run(session.speak(text));
    const parts = out.filter(({ lane }) => lane === 'chat');
    const textBytes = escapedBytes(text);
    const frameBytes = Math.min(...parts.map(({ data }) => data.length - escapedBytes(textOf(data))));
    return {
      measuredMs: (parts.at(-1)?.at ?? startedAt) - startedAt,
      bestMs: bestHandOverMs({ textBytes, frameBytes }, stage.policy),
    };
  });
}

function textOf(packet: Uint8Array): string {
  const frame: { readonly pld: { readonly text: string } } = JSON.parse(new TextDecoder().decode(packet));
  return frame.pld.text;
}
