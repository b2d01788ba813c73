/** Plays one sequence on a virtual clock, and notes what came of it. */

import { createDeeds } from './deeds';
import { heal } from './healing';
import type { Setting } from './setting';
import { createStage, type Stage } from './stage';
import type { Step } from './steps';
import type { Tamper, Trial } from './trial';

/** A packet that is overtaken comes at most this much later. */
const OVERTAKEN_MS = 30;
/** Leaving and closing the service session, 3 s each. */
const CLOSING_MS = 6_000;
const HEALING_MS = 150_000;
const AFTERMATH_MS = 45_000;
const SLOWEST_BYTES_PER_SECOND = 2_500;

export async function play(setting: Setting, steps: readonly Step[], tamper: Tamper = {}): Promise<Trial> {
  const stage = createStage(setting, tamper);
  const { clock, worst } = stage;
  const deeds = createDeeds(stage);

  if (setting.begins !== 'idle') deeds.perform({ do: 'connect', withSignal: true });
  if (setting.begins === 'live') await clock.advance(setting.avatarDelayMs + 6 * setting.latencyMs + 200);
  for (const { deed, pause } of steps) {
    deeds.perform(deed);
    if ('ms' in pause) await clock.advance(pause.ms);
    // Without any turn the next step follows at once.
    else for (let turn = 0; turn < pause.turns; turn++) await Promise.resolve();
  }
  deeds.stop();
  const broken = [...(setting.ends === 'healed' ? await healed(stage) : []), ...(await closed(stage))];
  return {
    ...stage,
    setting,
    broken,
    isOrderly: worst.isOrderly,
    transitMs: worst.latencyMs + worst.jitterMs + OVERTAKEN_MS + 1,
  };
}

/** Every fault ends, and whatever was asked has to settle. */
async function healed({ sides, clock, said, unsettled }: Stage): Promise<string[]> {
  for (const side of sides) heal(side, clock, true);
  const bytes = said.reduce((sum, { whole }) => sum + 3 * whole.length, 0);
  await clock.advance(HEALING_MS + (1_000 * bytes) / SLOWEST_BYTES_PER_SECOND);
  const open = unsettled();
  return open.length > 0 ? [`though everything was healed, this never settled: ${open.join(', ')}`] : [];
}

/** The session is closed in its time, everything settles with it, and what is still on its way comes to its end. */
async function closed({ session, sides, clock, calls, witness, unsettled }: Stage): Promise<string[]> {
  const broken: string[] = [];
  const closedAt = clock.now();
  let isClosed = false;
  void session.close().then(() => {
    isClosed = true;
  });
  await clock.advance(0);
  while (!isClosed && clock.now() < closedAt + 2 * CLOSING_MS) await clock.advance(50);
  if (!isClosed) broken.push(`close() did not settle within ${2 * CLOSING_MS} ms`);
  else if (clock.now() > closedAt + CLOSING_MS + 50) broken.push(`close() took ${clock.now() - closedAt} ms`);
  await clock.advance(0);
  const open = unsettled();
  if (open.length > 0) broken.push(`after close() this had not settled: ${open.join(', ')}`);
  for (const { what, outcome, controller } of calls)
    if (what === 'once' && !outcome) controller?.abort('over');
  for (const side of sides) heal(side, clock, false);
  await clock.advance(AFTERMATH_MS);
  witness.stop();
  for (const { sim } of sides) sim.close();
  await clock.advance(0);
  return broken;
}
