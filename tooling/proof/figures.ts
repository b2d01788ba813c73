/** The figures that the README quotes from benchmarks/results.md, and whether a text quotes any that are nowhere written. */

import { markdownTable } from './markdown-table.ts';

interface Quote {
  /** In the README's words, without figures of its own. */
  readonly label: string;
  readonly section: string;
  /** Of the lines of that section, those meant. Of several the one furthest from the best is quoted. */
  readonly what: RegExp;
}

interface Line {
  readonly verdict: string;
  readonly what: string;
  readonly target: string;
  readonly value: string;
  readonly comparison: string;
}

const QUOTES: readonly Quote[] = [
  {
    label:
      'Long texts over Agora and TRTC, from the call to the last packet; beside the least that the limits allow',
    section: 'hand-over-time',
    what: /./,
  },
  {
    label: 'A long text of Latin letters over Agora; beside the sender that the guide documents',
    section: 'documented-sender',
    what: /Latin letters/,
  },
  {
    label: 'The fullest second over Agora of all traffic together',
    section: 'violations',
    what: /agora/,
  },
  {
    label: 'Bytes on the wire over Agora, to those of the English text',
    section: 'wire-bytes',
    what: /English/,
  },
  {
    label:
      'Cuts in texts of every kind of writing; messages with half a character; clusters cut without need',
    section: 'text-cuts',
    what: /agora/,
  },
  {
    label:
      'An interrupt over Agora or TRTC while far more waits than leaves: how long it waits, what older text follows it',
    section: 'interrupt',
    what: /./,
  },
  {
    label: 'The same over LiveKit on a narrow uplink: older text that arrives after it',
    section: 'livekit-interrupt',
    what: /holds 0\.4 s/,
  },
  {
    label: 'The same with a long queue in the router, which no sender can see',
    section: 'livekit-interrupt',
    what: /holds 2 s/,
  },
  {
    label: 'A command and its answer over LiveKit, without a network between; beside the bare SDK',
    section: 'livekit-round-trip',
    what: /^round trip/,
  },
  {
    label: 'A page over four providers that uses LiveKit: what it downloads',
    section: 'page-downloads',
    what: /livekit/,
  },
  {
    label: 'Heap after a million messages and their answers',
    section: 'soak',
    what: /^heap/,
  },
];

/** @throws Error when results.md has no such line: then the quote is to be mended here, or the row measured. */
export function figuresTable(results: string): string {
  const rows = QUOTES.map(({ label, section, what }) => {
    const lines = linesOf(results, section).filter((line) => what.test(line.what));
    const furthest = lines.sort((one, other) => leading(other.value) - leading(one.value))[0];
    if (furthest === undefined)
      throw new Error(`benchmarks/results.md has no line of ${section} for ${what}.`);
    const { verdict, value, comparison, target } = furthest;
    const measured = lines.length === 1 ? value : `${value}, the worst of ${lines.length}`;
    const missed = verdict === 'FAIL' ? ' **missed**' : '';
    return [label, measured, comparison, `${target}${missed}`];
  });
  return markdownTable(['what', 'measured', 'beside', 'target'], rows);
}

function linesOf(results: string, section: string): Line[] {
  const part = results.split(/\n(?=## )/).find((one) => one.startsWith(`## ${section}\n`)) ?? '';
  const rows = part.split('\n').filter((line) => /^\| (pass|FAIL|–) \|/.test(line));
  return rows.map((row) => {
    const [, verdict = '', what = '', target = '', value = '', comparison = ''] = row.split(/ ?\| ?/);
    return { verdict, what, target, value, comparison };
  });
}

function leading(value: string): number {
  return Number.parseFloat(value.replaceAll(',', '')) || 0;
}

/** Numbers with a unit that is measured. */
const FIGURE = /(?<![\p{L}\d.,])\d[\d,]*(?:\.\d+)? ?(?:ms|µs|s|B|[kM]B|×|%)(?![\p{L}\d])/gu;

/** Figures of `text` that none of `sources` has. */
export function unfoundFigures(text: string, sources: readonly string[]): string[] {
  const known = new Set(sources.flatMap((source) => figuresIn(source)));
  return [...new Set(figuresIn(text))].filter((figure) => !known.has(figure));
}

function figuresIn(text: string): string[] {
  return (text.match(FIGURE) ?? []).map((figure) => figure.replace(' ', ''));
}
