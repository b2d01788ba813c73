/** Pure: what the SDK throws → {@link AvatarError}. By its `code`: constructors are minified. */

import { AvatarError, type AvatarErrorCode, isAvatarError } from '@avatarwire/core';
import { redactError } from '@avatarwire/core/adapter';

/** What is ours to refuse, or known by its code alone. */
export function failure(code: AvatarErrorCode, message: string, serviceCode?: string): AvatarError {
  return new AvatarError(code, message, {
    provider: 'agora',
    ...(serviceCode !== undefined && { serviceCode }),
  });
}

type Failure = readonly [AvatarErrorCode, string];
type Failures = Readonly<Record<string, Failure>>;

const UNSUPPORTED_BROWSER: Failure = [
  'unsupported',
  'The SDK does not support this browser, or this origin.',
];

/** What is not here is a fault of the network. */
const JOIN_FAILURES: Failures = {
  CAN_NOT_GET_GATEWAY_SERVER: ['credentials-refused', 'Agora refused the app id, the channel or the token.'],
  TOKEN_EXPIRE: ['credentials-refused', 'The token has expired.'],
  UID_CONFLICT: ['credentials-refused', 'The user id is in the channel already.'],
  INVALID_UINT_UID_FROM_STRING_UID: ['credentials-refused', 'Agora has no number for this user id.'],
  INVALID_PARAMS: ['invalid-credentials', 'The SDK refused a field of the credentials.'],
  NETWORK_TIMEOUT: ['connect-timeout', 'Agora did not answer in time.'],
  TIMEOUT: ['connect-timeout', 'Agora did not answer in time.'],
  NOT_SUPPORTED: UNSUPPORTED_BROWSER,
  WEB_SECURITY_RESTRICT: UNSUPPORTED_BROWSER,
};

const SEND_FAILURES: Failures = {
  // Measured with what the application's encryption adds.
  INVALID_PARAMS: ['packet-too-large', 'The SDK refused the packet as too large.'],
  INVALID_OPERATION: ['not-connected', 'The channel is not joined.'],
};

const PUBLISH_FAILURES: Failures = {
  INVALID_OPERATION: ['not-connected', 'The channel is not joined.'],
  CAN_NOT_PUBLISH_MULTIPLE_VIDEO_TRACKS: ['unsupported', 'Agora publishes one video track per client.'],
  EXIST_DISABLED_VIDEO_TRACK: ['unsupported', 'Agora publishes one video track per client.'],
  INVALID_LOCAL_TRACK: ['invalid-argument', 'The SDK does not take the track.'],
  INVALID_PARAMS: ['invalid-argument', 'The SDK does not take the track.'],
  NOT_SUPPORTED: UNSUPPORTED_BROWSER,
};

/** Why joining failed. The SDK's own text is part of the message: it alone says what is wrong with a token. */
export function joinError(error: unknown, token: string): AvatarError {
  const { code, retry } = fieldsOf(error);
  // A gateway that is busy, not one that refuses: the SDK marks what may succeed later.
  const busy = code === 'CAN_NOT_GET_GATEWAY_SERVER' && retry;
  return toAvatarError(error, token, busy ? {} : JOIN_FAILURES, 'The channel could not be joined.');
}

/** Why a packet was not taken. */
export function sendError(error: unknown, token: string): AvatarError {
  return toAvatarError(error, token, SEND_FAILURES, 'The packet could not be sent.');
}

/** Why a track is not published. */
export function publishError(error: unknown, token: string): AvatarError {
  return toAvatarError(error, token, PUBLISH_FAILURES, 'The track could not be published.');
}

/** Who had gone, or had stopped, before we had subscribed: no error, it happens. */
export function isGone(error: unknown): boolean {
  const { code } = fieldsOf(error);
  return code === 'INVALID_REMOTE_USER' || code === 'REMOTE_USER_IS_NOT_PUBLISHED';
}

function toAvatarError(error: unknown, token: string, failures: Failures, otherwise: string): AvatarError {
  if (isAvatarError(error)) return error;
  const { code } = fieldsOf(error);
  const [ours, message] = failures[code ?? ''] ?? (['network', otherwise] as const);
  const cause = redactError(error, [token]);
  return new AvatarError(ours, `${message} ${textOf(cause)}`.trimEnd(), {
    provider: 'agora',
    ...(code !== undefined && { serviceCode: code }),
    cause,
  });
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? `(${cause.message})` : '';
}

/** Raw errors without a `code` come as well, of wrong types and from closed tracks. */
function fieldsOf(error: unknown): { readonly code?: string; readonly retry: boolean } {
  if (typeof error !== 'object' || error === null) return { retry: false };
  const { code, data } = error as { readonly code?: unknown; readonly data?: { readonly retry?: unknown } };
  return { ...(typeof code === 'string' && { code }), retry: data?.retry === true };
}
