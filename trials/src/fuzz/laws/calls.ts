/** What calls say of themselves. */

import { isAvatarError } from '@avatarwire/core';
import type { Call, Trial } from '../trial';

export function* callBreaches(trial: Trial): Generator<string> {
  for (const call of trial.calls) for (const breach of ofOne(trial, call)) yield `${call.what}: ${breach}`;
}

function* ofOne({ witness }: Trial, call: Call): Generator<string> {
  const { what, outcome, error, controller } = call;
  if (what === 'close' && outcome === 'rejected') yield `rejected with ${String(error)}`;
  if (what === 'connect' && outcome === 'resolved') {
    const wasLive = witness.states.some(
      ({ at, to }) => to === 'live' && at >= call.at && at <= (call.settledAt ?? 0),
    );
    if (!wasLive) yield 'resolved, and it never was live';
  }
  if (outcome !== 'rejected') return;
  const wasAborted = controller?.signal.aborted && error === controller.signal.reason;
  // A connect() that close() ends says so as fetch does.
  const wasClosed = what === 'connect' && error instanceof DOMException && error.name === 'AbortError';
  if (!wasAborted && !wasClosed && !isAvatarError(error)) yield `rejected with ${String(error)}`;
}
