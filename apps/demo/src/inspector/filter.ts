/** Which packets are shown. */

import type { Lane } from '@avatarwire/core';
import type { WireRow } from './wire-log';

/** A direction, or one lane of what goes out. */
export type Where = 'all' | 'out' | 'in' | Lane;

export interface WireFilter {
  readonly where: Where;
  /** As {@link Frame.kind}; empty for any. */
  readonly kind: string;
  /** In the content, the message id, the sender or the kind, in any case. */
  readonly text: string;
}

export const everything: WireFilter = { where: 'all', kind: '', text: '' };

export const isEverything = ({ where, kind, text }: WireFilter): boolean =>
  where === 'all' && kind === '' && text.trim() === '';

export function matcherOf({ where, kind, text }: WireFilter): (row: WireRow) => boolean {
  const wanted = text.trim().toLowerCase();
  return (row) =>
    isAt(where, row) &&
    (kind === '' || row.frame.kind === kind) &&
    (wanted === '' || wordsOf(row).some((words) => words?.toLowerCase().includes(wanted)));
}

function isAt(where: Where, { record: { direction, lane } }: WireRow): boolean {
  return where === 'all' || where === direction || where === lane;
}

function wordsOf({ record, frame }: WireRow): readonly (string | undefined)[] {
  return [frame.summary, frame.messageId ?? record.messageId, record.from, frame.kind];
}

export interface Counts {
  readonly where: Readonly<Record<Where, number>>;
  /** Most frequent first. */
  readonly kinds: readonly { readonly kind: string; readonly packets: number }[];
}

export function countsOf(rows: readonly WireRow[]): Counts {
  const where = { all: rows.length, out: 0, in: 0, interrupt: 0, command: 0, chat: 0 };
  const kinds = new Map<string, number>();
  for (const { record, frame } of rows) {
    where[record.direction] += 1;
    if (record.lane !== undefined) where[record.lane] += 1;
    kinds.set(frame.kind, (kinds.get(frame.kind) ?? 0) + 1);
  }
  return {
    where,
    kinds: [...kinds].map(([kind, packets]) => ({ kind, packets })).sort((a, b) => b.packets - a.packets),
  };
}
