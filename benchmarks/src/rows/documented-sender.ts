/** The same texts through the documented sender: when its last part leaves, and what it does to the limits. */

import { runDocumented } from '../documented-run';
import { milliseconds, type Result, type Row, ratio } from '../report';
import { fullestSecond } from '../sliding-windows';
import { letters, scripts } from '../texts';
import { withSession } from '../virtual-session';

const TARGET = 2;

export const documentedSender: Row = {
  name: 'documented-sender',
  async run() {
    const results = [await compare('10,000 Latin letters over agora', letters(10_000), TARGET)];
    for (const { name, text } of scripts)
      results.push(await compare(`5,000 units of ${name} over agora`, text(5_000)));
    return results;
  },
};

async function compare(what: string, text: string, target?: number): Promise<Result> {
  const documented = await runDocumented(text);
  const measuredMs = await withSession('agora', async ({ sim, session, out }) => {
    const startedAt = sim.clock.now();
    await sim.run(session.speak(text));
    return (out.filter(({ lane }) => lane === 'chat').at(-1)?.at ?? startedAt) - startedAt;
  });
  const faster = documented.lastAt / measuredMs;
  const speed = measuredMs === 0 ? 'at once' : `${ratio(faster)} faster (${milliseconds(measuredMs)})`;
  const { bytes } = fullestSecond(documented.packets);
  return {
    what,
    target: target === undefined ? '–' : `≥ ${target}× faster`,
    value: speed,
    comparison: `${milliseconds(documented.lastAt)}, up to ${bytes.toLocaleString('en')} B in a second`,
    ...(target !== undefined && { pass: faster >= target }),
  };
}
