/** Each text is delivered whole, or its promise says what became of it, and what it says is true. */

import { isAvatarError } from '@avatarwire/core';
import type { Attempt } from '../ledger';
import { SOURCE_FAILURE } from '../sources';
import { wellFormed } from '../texts';
import type { Said, Trial } from '../trial';
import { type Fates, keyOf } from './fates';

/** After which nothing was sent of a text. */
const NOTHING_SENT: ReadonlySet<string> = new Set([
  'invalid-argument',
  'queue-full',
  'ack-timeout',
  'command-refused',
]);
const CODES: ReadonlySet<string> = new Set([
  ...NOTHING_SENT,
  'not-connected',
  'delivery-uncertain',
  'send-unsettled',
  'service-busy',
  'service-refused',
  'packet-too-large',
  'network',
]);

export function* deliveryBreaches(trial: Trial, fates: Fates): Generator<string> {
  const byText = new Map<number, Attempt[]>();
  for (const attempt of trial.ledger.attempts) {
    if (attempt.dye === undefined) continue;
    const known = byText.get(attempt.dye);
    if (known) known.push(attempt);
    else byText.set(attempt.dye, [attempt]);
  }
  for (const said of trial.said) {
    const attempts = byText.get(said.number) ?? [];
    for (const breach of ofOne(trial, fates, said, attempts)) yield `text ${said.number}: ${breach}`;
    if (said.source && !said.source.isOver() && said.source.wasRead())
      yield `text ${said.number}: nobody ended its source`;
  }
}

function* ofOne(trial: Trial, fates: Fates, said: Said, attempts: readonly Attempt[]): Generator<string> {
  if (said.forgotten) return;
  const { delivery, error } = said;
  const parts = partsOf(attempts);
  if (delivery) {
    const { status, unsentText, messageId } = delivery;
    // Said again it is whole under another id, which has nothing to do with this promise.
    const isOwn = ({ frame }: Attempt) => said.source !== undefined || frame.id === messageId;
    const own = [...parts.values()].filter(isOwn);
    const message = trial.witness.newest.get(messageId);
    const text = wellFormed(message?.text ?? '');
    if (said.source ? !said.whole.startsWith(wholeCharacters(text)) : text !== said.whole)
      yield 'the transcript has another text';
    const state = message?.delivery?.state;
    const isUncertain = delivery.uncertain || trial.witness.uncertain.has(messageId);
    const wasSaidAgain = said.source !== undefined && trial.setting.resendUncertain && isUncertain;
    const expected = status === 'sent' && isUncertain ? 'uncertain' : status;
    if (state !== expected) yield `its promise said ${expected}, and the transcript ${state}`;
    const handed = own.map(({ frame }) => frame.text).join('');
    const unsent = wellFormed(unsentText);
    // Of what is cut short it is told at once, and some of what stood in flight then may be refused yet: a gap.
    const mayHaveGap = status !== 'sent' && attempts.some(({ state }) => state === 'refused');
    const fits = mayHaveGap
      ? text.endsWith(unsent) && handed.length + unsent.length <= text.length
      : handed + unsent === text;
    if (!wasSaidAgain && !fits) yield `${status}: what was handed over and what was not are not the text`;
    if (status !== 'sent') return;
    if (unsentText !== '') yield 'sent, with unsent text';
    for (const attempt of wasSaidAgain ? [] : own) {
      if (attempt.state !== 'taken')
        yield `sent, and the transport said ${attempt.state} to part ${attempt.frame.index}`;
      const fate = fates.of(attempt);
      if (fate === 'unexplained' || (fate === 'told' && !isUncertain))
        yield `sent, and part ${attempt.frame.index} of ${attempt.frame.id} was lost in silence (${fate})`;
    }
    return;
  }
  if (!said.settled) return;
  if (error === SOURCE_FAILURE) {
    if (!said.throws) yield 'failed as a source that did not';
  } else if (said.abortedAt() !== undefined && error === said.controller?.signal.reason) {
    // Whatever had left has left.
  } else if (!isAvatarError(error)) {
    yield `rejected with ${String(error)}`;
  } else {
    if (!CODES.has(error.code)) yield `rejected with ${error.code}`;
    const unsentText = error.unsentText === undefined ? undefined : wellFormed(error.unsentText);
    const arrived = [...parts.values()].filter((attempt) => fates.arrivals.has(keyOf(attempt)));
    if (NOTHING_SENT.has(error.code) && arrived.length > 0) yield `${error.code}, and some of it arrived`;
    if (unsentText === undefined || said.source || trial.setting.resendUncertain) return;
    if (!said.whole.endsWith(unsentText)) yield `${error.code}: its unsent text is not the end of it`;
    const most = said.whole.length - unsentText.length;
    const came = arrived.reduce((sum, { frame }) => sum + frame.text.length, 0);
    if (came > most) yield `${error.code}: ${came} letters arrived, and at most ${most} had left`;
  }
}

/** The last hand-over of each part that was not refused, in order. */
function partsOf(attempts: readonly Attempt[]): Map<string, Attempt> {
  const parts = new Map<string, Attempt>();
  for (const attempt of attempts) if (attempt.state !== 'refused') parts.set(keyOf(attempt), attempt);
  return parts;
}

/** A stream that is cut short may end in half a character. */
function wholeCharacters(text: string): string {
  return text.endsWith('\ufffd') ? text.slice(0, -1) : text;
}
