/** The one property: whatever a sequence does, every law holds. */

import fc from 'fast-check';
import { breachesIn } from './laws';
import { play } from './play';
import { scriptOf } from './script';
import { type Setting, setting } from './setting';
import { type Step, steps } from './steps';
import type { Tamper, Trial } from './trial';

export interface Counterexample {
  readonly seed: number;
  readonly path: string;
  readonly script: string;
  readonly breaches: readonly string[];
}

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** Where to begin in the sequences of the seed, as a counterexample says. */
  readonly path?: string | undefined;
  /** Look for the shortest sequence that still fails. @default true */
  readonly shrink?: boolean;
  readonly tamper?: Tamper;
  /** Each sequence that was played and what it consisted of. */
  readonly onTrial?: (trial: Trial, steps: readonly Step[]) => void;
}

class Broken extends Error {
  readonly breaches: readonly string[];

  constructor(breaches: readonly string[]) {
    super(breaches.join('\n'));
    this.breaches = breaches;
  }
}

/** The shortest sequence found that breaks a law; undefined when none does. */
export async function fuzz(options: FuzzOptions): Promise<Counterexample | undefined> {
  const { runs, seed, path, shrink = true, tamper, onTrial } = options;
  const property = fc.asyncProperty(setting, steps, async (how: Setting, what: readonly Step[]) => {
    const breaches = await breachesOf(how, what, tamper, onTrial);
    if (breaches.length > 0) throw new Broken(breaches);
  });
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path !== undefined && { path }),
    endOnFailure: !shrink,
  });
  if (!result.failed) return undefined;
  const [how, what] = result.counterexample ?? [];
  const { errorInstance: error } = result;
  return {
    seed: result.seed,
    path: result.counterexamplePath ?? '',
    script: how && what ? scriptOf(how, what) : '',
    breaches:
      error instanceof Broken ? error.breaches : [String((error as Error | undefined)?.stack ?? error)],
  };
}

/** Also what nobody caught in the turns of the sequence counts. */
async function breachesOf(
  how: Setting,
  what: readonly Step[],
  tamper: Tamper | undefined,
  onTrial: FuzzOptions['onTrial'],
): Promise<string[]> {
  const uncaught: string[] = [];
  const onUncaught = (error: unknown) =>
    uncaught.push(`nobody caught ${String((error as Error)?.stack ?? error)}`);
  process.on('unhandledRejection', onUncaught);
  process.on('uncaughtException', onUncaught);
  try {
    const trial = await play(how, what, tamper);
    onTrial?.(trial, what);
    return [...uncaught, ...breachesIn(trial)];
  } finally {
    process.off('unhandledRejection', onUncaught);
    process.off('uncaughtException', onUncaught);
  }
}
