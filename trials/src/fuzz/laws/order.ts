/** First in, first out; no message within another; nothing old after an interrupt, and the interrupt at once. */

import { type Attempt, isText } from '../ledger';
import type { Call, Trial } from '../trial';
import { keyOf } from './fates';

export function* orderBreaches(trial: Trial): Generator<string> {
  const { ledger, setting } = trial;
  const begun = new Set<string>();
  /** Refused, and not handed over again since. */
  const refused = new Set<string>();
  let last: Attempt | undefined;
  let highest = -1;
  for (const attempt of ledger.attempts) {
    const { id, index } = attempt.frame;
    if (!isText(attempt.frame)) continue;
    const dye = attempt.dye ?? -1;
    const isAgain = refused.delete(keyOf(attempt));
    if (attempt.state === 'refused') refused.add(keyOf(attempt));
    const goesOn = last?.frame.id === id ? index === last.frame.index + 1 : !begun.has(id) && index === 0;
    if (!goesOn && !isAgain)
      yield `part ${index} of ${id} after part ${last?.frame.index} of ${last?.frame.id}`;
    if (dye < highest && !isAgain && !setting.resendUncertain) yield `text ${dye} after text ${highest}`;
    highest = isAgain ? dye : Math.max(highest, dye);
    begun.add(id);
    last = attempt;
  }
  for (const { number, abortedAt } of trial.said) {
    const abort = abortedAt() ?? Infinity;
    if (ledger.attempts.some(({ order, dye }) => dye === number && order > abort))
      yield `text ${number} was handed over after its abort`;
  }
  for (const call of trial.calls) if (call.what === 'interrupt') yield* interruptBreaches(trial, call);
}

function* interruptBreaches(trial: Trial, call: Call): Generator<string> {
  if (!['connecting', 'waiting', 'live', 'reconnecting'].includes(call.state)) return;
  const older = new Set(trial.said.filter(({ order }) => order < call.order).map(({ number }) => number));
  for (const { order, frame, dye } of trial.ledger.attempts) {
    if (order > call.order && frame.text !== '' && dye !== undefined && older.has(dye))
      yield `text ${dye} was handed over after an interrupt that came later`;
  }
}
