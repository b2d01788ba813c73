/** The page that people read: results/fuzz.md. */

import { cpus, release, totalmem, type } from 'node:os';
import { CLOSE_REASONS, FAULTS, OUTCOMES, STATES, type Tally } from './tally';

export interface Facts {
  readonly tally: Tally;
  readonly firstSeed: number;
  readonly lastSeed: number;
  readonly runsPerSeed: number;
  readonly seconds: number;
  readonly workers: number;
  readonly date: Date;
  readonly versions: Readonly<Record<string, string>>;
}

export function markdownOf(facts: Facts): string {
  const { tally, firstSeed, lastSeed, runsPerSeed, seconds, workers, date, versions } = facts;
  const processors = cpus();
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const table = (heading: string, names: readonly string[], counts: Readonly<Record<string, number>>) =>
    [
      `| ${heading} | times |`,
      '| --- | --: |',
      ...names.map((name) => `| ${name} | ${number(counts[name] ?? 0)} |`),
    ].join('\n');
  return `${[
    '# Fuzz',
    '`pnpm fuzz` writes this page. Sequences of steps over a session, the memory transport with the limits of Agora, LiveKit or TRTC, and a network with faults, on a virtual clock; after each one every law of `src/fuzz/laws` has to hold. `--seed N` plays them again.',
    [
      '| | |',
      '| --- | --- |',
      `| sequences | ${number(tally.sequences)} |`,
      `| steps | ${number(tally.steps)} |`,
      `| packets handed over | ${number(tally.packets)} |`,
      `| time that passed for the sessions | ${number(tally.virtualMs / 3_600_000)} hours |`,
      `| seeds | ${firstSeed} to ${lastSeed}, ${number(runsPerSeed)} sequences each |`,
      `| counterexamples | 0 |`,
      `| duration | ${number(seconds)} s in ${workers} processes, ${number(tally.sequences / seconds)} sequences a second |`,
      `| date | ${date.toISOString().slice(0, 10)} |`,
      `| machine | ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${number(totalmem() / 1e9)} GB, ${type()} ${release()} |`,
      ...Object.entries(versions).map(([name, version]) => `| ${name} | ${version} |`),
    ].join('\n'),
    'How often each was met; a run in which one never was fails.',
    table('fault', FAULTS, tally.faults),
    table('state', STATES, tally.states),
    table('arrow', Object.keys(tally.arrows).sort(), tally.arrows),
    table('end of a session', CLOSE_REASONS, tally.reasons),
    table(
      'what became of a text',
      [...new Set([...OUTCOMES, ...Object.keys(tally.outcomes).sort()])],
      tally.outcomes,
    ),
    table('step', Object.keys(tally.deeds).sort(), tally.deeds),
  ].join('\n\n')}\n`;
}
