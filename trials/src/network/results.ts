/** results/network.md: for people. */

import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Ran } from './main';

const FILE = fileURLToPath(new URL('../../results/network.md', import.meta.url));

export function writeResults(ran: readonly Ran[], chromium: string): void {
  writeFileSync(FILE, markdownOf(ran, machine(), chromium));
  console.log('\nWritten to trials/results/network.md.');
}

export function markdownOf(ran: readonly Ran[], machine: string, chromium: string): string {
  const steady = ran.filter(({ scenario }) => scenario.script === 'conversation');
  const dark = ran.filter(({ scenario }) => scenario.script === 'blackout');
  return [
    '# A network that is bad for real',
    `\`pnpm network\` on ${machine}, Chromium ${chromium}.`,
    'The visitor is a session in a real Chromium in one network namespace; a real livekit-server behind TLS, and the simulated avatar in its room, are in another. Between them stands wirefilter (vde2).',
    '## The wire, as ping finds it',
    tableOf(
      ['scenario', 'set, each way', 'lost, there and back', 'round trip: least, mean, most', 'out of order'],
      ran.map(({ scenario, wire }) => [
        scenario.title,
        `loss ${scenario.wire.loss} %, delay ${scenario.wire.delay.mean} ± ${scenario.wire.delay.spread} ms`,
        `${wire.lostPercent.toFixed(1)} % of ${wire.sent}`,
        wire.roundTripMs
          ? `${wire.roundTripMs.min}, ${wire.roundTripMs.mean}, ${wire.roundTripMs.max} ms`
          : '–',
        `${wire.outOfOrder} of ${wire.received}`,
      ]),
    ),
    ...section('## Conversations', steady),
    ...section('## Blackouts', dark),
    '',
  ].join('\n\n');
}

function section(heading: string, ran: readonly Ran[]): string[] {
  const [first] = ran;
  if (first === undefined) return [];
  const names = new Set(ran.flatMap(({ measured }) => Object.keys(measured.figures)));
  const rows = [...names].map((name) => [name, ...ran.map(({ measured }) => measured.figures[name] ?? '–')]);
  const verdicts = ran.map(({ measured: { problems } }) =>
    problems.length === 0 ? 'held' : problems.join('; '),
  );
  return [
    heading,
    tableOf(['', ...ran.map(({ scenario }) => scenario.title)], [...rows, ['expectations', ...verdicts]]),
  ];
}

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function machine(): string {
  const processors = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return (
    `${date}: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ` +
    `${Math.round(totalmem() / 1e9)} GB, ${type()} ${release()}, Node ${process.versions.node}`
  );
}
