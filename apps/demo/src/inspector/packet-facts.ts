import { count, duration } from '../ui/format';
import type { WireRow } from './wire-log';

/** As the frame says, else as the session cut it: `3`, or `4 fin`. */
export function partOf({ frame, record: { part, final } }: WireRow): string | undefined {
  if (frame.part !== undefined) return frame.part;
  return part === undefined ? undefined : `${part}${final === true ? ' fin' : ''}`;
}

/** What is known of a packet beside what is in it. */
export function factsOf(row: WireRow, startedAt: number): readonly (readonly [string, string])[] {
  const { record, frame } = row;
  const { budget } = record;
  const rated = budget !== undefined && budget.bytesPerSecond !== Infinity;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['packet', count(row.id)],
    ['direction', record.direction],
    ['at', duration(record.at - startedAt)],
    ['bytes', count(record.data.byteLength)],
    ['lane', record.lane],
    ['kind', frame.kind],
    ['message', frame.messageId ?? record.messageId],
    ['part', partOf(row)],
    ['from', record.from],
    ['last second', rated ? `${count(budget.bytes)} of ${count(budget.bytesPerSecond)} B` : undefined],
    ['queue', budget === undefined ? undefined : count(budget.queued)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** One line, for whoever hears it and for the line below the timeline. */
export function lineOf(row: WireRow, startedAt: number): string {
  const { record, frame } = row;
  const part = partOf(row);
  const where = record.direction === 'in' ? 'in' : (record.lane ?? 'out');
  return [
    `${((record.at - startedAt) / 1_000).toFixed(3)} s`,
    part === undefined ? where : `${where} part ${part}`,
    `${count(record.data.byteLength)} B`,
    frame.summary.slice(0, 200),
  ].join(', ');
}
