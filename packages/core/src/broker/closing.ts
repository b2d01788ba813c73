/** Ends a paid session, with its close secret and nothing else. */

import type { Clock } from '../clock';
import { isAvatarError } from '../errors';
import { errorOf, isOk } from './answers';
import { bounded, exchange, pause } from './exchange';
import type { CloseRequest } from './wire';

/** Before each repetition: in all well within the session's `closeMs`. */
const AGAIN_AFTER_MS: readonly number[] = [400, 1_200];

/** The request leaves in the turn of the call. In a page's last turn, a beacon stands in for a `fetch` that fails. */
export async function requestClose(
  send: typeof fetch,
  clock: Clock,
  address: string,
  request: CloseRequest,
  lastTurn: boolean,
): Promise<void> {
  const body = JSON.stringify(request);
  for (let attempt = 0; ; attempt += 1) {
    try {
      // A page may go at any moment after an ordinary close, too: hence always `keepalive`.
      const init = { headers: { 'content-type': 'text/plain' }, body, keepalive: true };
      const answer = await bounded(clock, (signal) => exchange(send, address, { ...init, signal }));
      if (isOk(answer)) return;
      const error = errorOf(answer);
      // Only the broker's own word for it: whatever stands in between may say 404, too.
      if (error.code === 'session-gone') return;
      throw error;
    } catch (error) {
      if (lastTurn && globalThis.navigator?.sendBeacon?.(address, body)) return;
      const waitMs = AGAIN_AFTER_MS[attempt];
      if (lastTurn || waitMs === undefined || !isAvatarError(error) || !error.retryable) throw error;
      await pause(clock, waitMs);
    }
  }
}
