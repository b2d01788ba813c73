/**
 * Signalling by calls to the avatar service over REST: the service has offered, takes one answer and our candidates,
 * and says nothing more.
 *
 * The answer goes first and each candidate behind it. Services that document the other order (HeyGen v1: candidates as
 * they are found, then the answer) let both race, so they take candidates late; a peer connection takes none before its
 * description (W3C WebRTC 1.0, `addIceCandidate`), so late is the order that every service takes.
 */

import type { Clock, ConnectOptions, ProviderCredentials } from '@avatarwire/core';
import { settledWithin } from '@avatarwire/core/adapter';
import { invalidCredentials, noSignalling } from './webrtc-errors';
import type { RemoteSignals, Signalling } from './webrtc-signalling';

/** How long a call holds back the next. A service may answer only once it is connected, and need candidates for that. */
const TURN_MS = 2_000;
/** Far more than a browser finds. */
const MOST_CANDIDATES = 100;

/** @throws AvatarError `invalid-argument`, `invalid-credentials`, where there is nobody to call or nothing to answer */
export function callSignalling(
  { offer }: ProviderCredentials['webrtc'],
  { call, logger }: ConnectOptions,
  clock: Clock,
  redact: (error: unknown) => unknown,
): Signalling {
  if (!call) throw noSignalling();
  if (!offer) throw invalidCredentials('offer', "the service's, unless the option `signalling` is given");
  let remote: RemoteSignals;
  let signal: AbortSignal;
  let over: Promise<unknown>;
  let candidates = 0;

  const inTurn = (action: string, body: unknown, onFailed: (cause: unknown) => void) => {
    const called = (async () => call(action, body))();
    called.catch(onFailed);
    return settledWithin(clock, TURN_MS, Promise.race([called, over]));
  };
  /** Others may do, and the far end learns of a path by the checks that arrive on it, too. */
  const lost = (cause: unknown) => {
    if (!signal.aborted)
      logger.warn('webrtc: a candidate did not reach the service', { cause: redact(cause) });
  };

  return {
    role: 'answerer',
    open(opened, options) {
      remote = opened;
      signal = options.signal;
      over = new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
    sendDescription: (sdp) => inTurn('answer', { sdp }, remote.failed),
    async sendCandidate(candidate) {
      if (!candidate) return;
      if (++candidates > MOST_CANDIDATES) lost(`There are more than ${MOST_CANDIDATES}.`);
      else await inTurn('ice', { candidate }, lost);
    },
    // Whoever opened the service session closes it.
    close() {},
  };
}
