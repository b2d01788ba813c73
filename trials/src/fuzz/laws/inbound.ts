/** What came is told once, whole, and nothing else is. */

import type { Trial } from '../trial';

export function* inboundBreaches({ ledger, witness, session }: Trial): Generator<string> {
  const open = new Map<string, Map<number, { readonly text: string; readonly final: boolean }>>();
  const finished = new Set<string>();
  const expected = new Map<string, number>();
  const perhaps = new Set<string>();
  for (const { run, endedIt, speaker, id, index, final, text } of ledger.received) {
    const key = `${run} ${speaker} ${id}`;
    if (finished.has(key)) continue;
    const parts = open.get(key) ?? new Map();
    open.set(key, parts.set(index, { text, final }));
    const whole = joined(parts);
    if (whole === undefined) continue;
    finished.add(key);
    count(expected, `${run} ${speaker} ${whole}`, 1);
    if (endedIt) perhaps.add(`${run} ${speaker} ${whole}`);
  }
  const lost = witness.dropped.count;
  for (const { run, message } of witness.received) {
    const speaker = message.author === 'avatar' ? 'bot' : 'user';
    count(expected, `${run} ${speaker} ${message.text}`, -1);
  }
  for (const [what, difference] of expected) {
    if (difference < 0) yield `told ${-difference} times too often: ${what.slice(0, 60)}`;
    if (difference > 0 && lost === 0 && !perhaps.has(what)) yield `never told: ${what.slice(0, 60)}`;
  }
  const told = new Set(witness.received.map(({ message }) => message.id));
  if (told.size !== witness.received.length) yield 'one message was received twice';
  for (const { id, author, complete } of session.getSnapshot().messages) {
    if (author !== 'application' && complete !== told.has(id))
      yield 'the transcript and the events do not agree';
  }
}

function joined(
  parts: ReadonlyMap<number, { readonly text: string; readonly final: boolean }>,
): string | undefined {
  const last = Math.max(...parts.keys());
  if (parts.size !== last + 1 || !parts.get(last)?.final) return undefined;
  return Array.from({ length: last + 1 }, (_, index) => parts.get(index)?.text).join('');
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
