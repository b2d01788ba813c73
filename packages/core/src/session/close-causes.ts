/** What an ended transport means for the session, and which failures another provider may mend. */

import { AvatarError, type AvatarErrorCode } from '../errors';
import type { TransportCloseReason } from '../transport';
import type { CloseReason } from './close-reason';

type Verdict =
  /** Joining again with the same details may help. */
  | { readonly rejoin: true; readonly code: AvatarErrorCode }
  | { readonly rejoin: false; readonly code: AvatarErrorCode; readonly reason: CloseReason };

export const VERDICTS: { readonly [R in TransportCloseReason]: Verdict } = {
  'network-lost': { rejoin: true, code: 'network' },
  'page-frozen': { rejoin: true, code: 'network' },
  failed: { rejoin: true, code: 'network' },
  // Nobody asked: an adapter that says so has a fault, which another join may get around.
  requested: { rejoin: true, code: 'network' },
  'joined-elsewhere': { rejoin: false, code: 'session-gone', reason: 'joined-elsewhere' },
  removed: { rejoin: false, code: 'session-gone', reason: 'removed' },
  'room-ended': { rejoin: false, code: 'session-gone', reason: 'service-ended' },
  'credentials-expired': { rejoin: false, code: 'credentials-refused', reason: 'expired' },
};

/** The error that says why a transport ended. */
export function closeError(reason: TransportCloseReason, cause: AvatarError | undefined): AvatarError {
  return cause ?? new AvatarError(VERDICTS[reason].code, `The connection ended: ${reason}.`);
}

const GOES_ON: ReadonlySet<AvatarErrorCode> = new Set([
  'network',
  'connect-timeout',
  'avatar-timeout',
  'sdk-missing',
  'sdk-incompatible',
  'credentials-refused',
]);

/** Whether the next provider may do better. An abort, bad input, quota or permission ends it. */
export function mayFailOver(error: AvatarError): boolean {
  return GOES_ON.has(error.code);
}
