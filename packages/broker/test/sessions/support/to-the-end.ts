import type { VirtualClock } from '@avatarwire/simulator';
import type { SessionKeeper } from '../../../src/sessions/keeper';

const STEP_MS = 60_000;

/**
 * Sweeps until nothing can be due any more: an hour of sessions, an intent, a minute, and the back-off of closes.
 *
 * @returns the ids of all intents that were ever reported as unresolved
 */
export async function sweepToTheEnd(
  keeper: SessionKeeper,
  clock: VirtualClock,
  ms = 90 * STEP_MS,
): Promise<ReadonlySet<string>> {
  const reported = new Set<string>();
  for (let passed = 0; passed <= ms; passed += STEP_MS) {
    for (const { id } of (await keeper.sweep()).unresolved) reported.add(id);
    await clock.advance(STEP_MS);
  }
  await keeper.settled();
  return reported;
}
