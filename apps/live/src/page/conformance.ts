import { type TransportCase, type TransportHarness, transportCases } from '@avatarwire/conformance';
import type { Provider } from '@avatarwire/core';
import type { CaseOutcome } from '../results';

/** Most of a case is waiting, and each has a room of its own. More of them press the machine, and so what they see. */
const AT_ONCE = 6;

/** Every case that the harness can run, some of them at once; the results in the order of the suite. */
export async function runConformance<P extends Provider, Room>(
  harness: TransportHarness<P, Room>,
): Promise<readonly CaseOutcome[]> {
  const cases = transportCases(harness);
  const outcomes = new Map<TransportCase, CaseOutcome>();
  const waiting = cases.values();
  const work = async () => {
    for (const each of waiting) outcomes.set(each, await outcomeOf(each));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return cases.flatMap((each) => outcomes.get(each) ?? []);
}

async function outcomeOf({ name, missing, timeoutMs, run }: TransportCase): Promise<CaseOutcome> {
  if (missing.length > 0)
    return { name, result: 'unsupported', reason: `a live channel has no ${missing.join(', ')}` };
  try {
    const outcome = await within(timeoutMs, run());
    return outcome
      ? { name, result: 'unsupported', reason: outcome.unsupported }
      : { name, result: 'passed' };
  } catch (error) {
    return { name, result: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
