/** What the command line asks for. */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { AvatarError } from '@avatarwire/core';

export interface Wanted {
  readonly runs: number;
  /** The first one; each batch of sequences has the next. */
  readonly seed: number;
  /** The one sequence of `seed` that is played, and shrunk from there. */
  readonly path: string | undefined;
  readonly workers: number;
  /** The file to write; undefined where not all runs are asked for and no file is named. */
  readonly results: string | undefined;
}

export const FULL = 100_000;
/** How many sequences one seed gives. */
export const BATCH = 500;

/**
 * @param standard the file that a full run writes
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function wantedBy(args: readonly string[], standard: string): Wanted {
  const { values } = parseArgs({
    // pnpm hands over the `--` before the arguments as well.
    args: args.filter((argument) => argument !== '--'),
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      path: { type: 'string' },
      workers: { type: 'string' },
      results: { type: 'string' },
    },
  });
  const runs = whole('runs', values.runs, FULL);
  const { path, results = runs >= FULL && path === undefined ? standard : undefined } = values;
  if (path !== undefined && values.seed === undefined)
    throw new AvatarError('invalid-argument', '--path goes with --seed.');
  return {
    runs,
    seed: whole('seed', values.seed, Math.trunc(Date.now() / 1_000)),
    path,
    workers: whole('workers', values.workers, availableParallelism()),
    results,
  };
}

function whole(option: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!(Number.isInteger(value) && value > 0))
    throw new AvatarError('invalid-argument', `--${option} must be a whole number above 0.`);
  return value;
}
