/**
 * `pnpm fuzz [--runs N] [--seed N] [--path P] [--workers N] [--results FILE]`: a hundred thousand sequences by default.
 * A full run writes results/fuzz.md. Ends with 1 where a law was broken, with the seed, the path and the shortest
 * sequence found, and where something was never met; with 2 where it is asked for nonsense.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isAvatarError } from '@avatarwire/core';
import fc from 'fast-check';
import { BATCH, FULL, type Wanted, wantedBy } from './arguments';
import { shareOut } from './crew';
import type { Counterexample } from './property';
import { markdownOf } from './report';
import { addTally, emptyTally, missing } from './tally';

const say = (line: string) => console.log(line);
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

try {
  process.exitCode = await run(wantedBy(process.argv.slice(2), fileOf('../../results/fuzz.md')));
} catch (error) {
  if (!isAvatarError(error) || error.code !== 'invalid-argument') throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @returns the exit code */
async function run(wanted: Wanted): Promise<number> {
  const { runs, seed, path, workers, results } = wanted;
  const batches = path === undefined ? Math.ceil(runs / BATCH) : 1;
  const orders = Array.from({ length: batches }, (_, batch) => ({
    seed: seed + batch,
    runs: path === undefined ? Math.min(BATCH, runs - batch * BATCH) : 1,
    path,
  }));
  const tally = emptyTally();
  const found: Counterexample[] = [];
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1_000;
  await shareOut(orders, workers, (answer) => {
    addTally(tally, answer.tally);
    if (answer.counterexample) found.push(answer.counterexample);
    const { sequences } = tally;
    say(
      `  ${sequences} of ${runs} sequences, ${(sequences / seconds()).toFixed(0)} a second, seed ${answer.seed}`,
    );
    return found.length === 0;
  });
  for (const { seed, path, script, breaches } of found) {
    say(
      `\nA law is broken. Again: pnpm fuzz --seed ${seed} --path ${path}\n\n${script}\n\n${breaches.join('\n')}`,
    );
  }
  if (found.length > 0) return 1;
  // A short run meets little.
  const lacking = runs >= FULL ? missing(tally) : [];
  for (const what of lacking) say(`Never met: ${what}.`);
  if (lacking.length > 0) return 1;
  if (results !== undefined) {
    const lastSeed = seed + batches - 1;
    const versions = {
      Node: process.versions.node,
      V8: process.versions.v8,
      'fast-check': fc.__version,
      '@avatarwire/core': coreVersion(),
    };
    writeFileSync(
      results,
      markdownOf({
        tally,
        firstSeed: seed,
        lastSeed,
        runsPerSeed: BATCH,
        seconds: seconds(),
        workers,
        date: new Date(),
        versions,
      }),
    );
    say(`Written to ${results}.`);
  }
  say(`Every law held in ${tally.sequences} sequences of ${tally.steps} steps.`);
  return 0;
}

function coreVersion(): string {
  const { version } = JSON.parse(readFileSync(fileOf('../../../packages/core/package.json'), 'utf8'));
  return version;
}
