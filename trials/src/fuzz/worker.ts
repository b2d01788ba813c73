/** One process of `pnpm fuzz`: plays the sequences of the seeds that it is sent. */

import { type Counterexample, fuzz } from './property';
import { count, emptyTally, type Tally } from './tally';

export interface Order {
  readonly seed: number;
  readonly runs: number;
  readonly path?: string | undefined;
}

export interface Answer {
  readonly seed: number;
  readonly tally: Tally;
  readonly counterexample: Counterexample | undefined;
}

process.on('message', (order: Order) => void carryOut(order));

async function carryOut({ seed, runs, path }: Order): Promise<void> {
  const tally = emptyTally();
  const counterexample = await fuzz({
    seed,
    runs,
    path,
    onTrial: (trial, steps) => count(tally, trial, steps),
  });
  process.send?.({ seed, tally, counterexample } satisfies Answer);
}
