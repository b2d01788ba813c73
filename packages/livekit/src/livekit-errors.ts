/** Pure: what the SDK throws → {@link AvatarError}. */

import { AvatarError, type AvatarErrorCode, isAvatarError } from '@avatarwire/core';
import { redactError } from '@avatarwire/core/adapter';
import type { LivekitSdk } from './livekit-sdk';

/** What is ours to refuse, or known by its code alone. */
export function failure(code: AvatarErrorCode, message: string, serviceCode?: string): AvatarError {
  return new AvatarError(code, message, {
    provider: 'livekit',
    ...(serviceCode !== undefined && { serviceCode }),
  });
}

/** By the names of the SDK's `ConnectionErrorReason`; what is not here is a fault of the network. */
const CONNECT_FAILURES: Readonly<Record<string, readonly [AvatarErrorCode, string]>> = {
  NotAllowed: ['credentials-refused', 'The server refused the token.'],
  Timeout: ['connect-timeout', 'The server did not answer in time.'],
};

/**
 * Why joining failed. Reads `reason` and never `reasonName`, which the SDK leaves at `ServerUnreachable` for every
 * failure of signalling.
 */
export function connectError(error: unknown, sdk: LivekitSdk, token: string): AvatarError {
  if (isAvatarError(error)) return error;
  const { name, reason, status } = fieldsOf(error);
  const reasonName = typeof reason === 'number' ? sdk.ConnectionErrorReason[reason] : undefined;
  const [code, message] = describe(name, reasonName, status);
  const serviceCode = status ?? reasonName;
  return new AvatarError(code, message, {
    provider: 'livekit',
    ...(serviceCode !== undefined && { serviceCode }),
    cause: redactError(error, [token]),
  });
}

function describe(
  name: string | undefined,
  reasonName: string | undefined,
  status: number | undefined,
): readonly [AvatarErrorCode, string] {
  if (name === 'UnsupportedServer') return ['unsupported', 'The server is too old for the SDK.'];
  // "requested room does not exist": where rooms are not made by joining, theirs is over.
  if (reasonName === 'NotAllowed' && status === 404) return ['session-gone', 'The room does not exist.'];
  return CONNECT_FAILURES[reasonName ?? ''] ?? ['network', 'The server could not be reached.'];
}

/** Why a packet was not taken. */
export function sendError(error: unknown, token: string): AvatarError {
  if (isAvatarError(error)) return error;
  const options = { provider: 'livekit', cause: redactError(error, [token]) };
  switch (fieldsOf(error).name) {
    case 'PublishDataError':
      return new AvatarError('packet-too-large', 'The SDK refused the packet as too large.', options);
    case 'UnexpectedConnectionState':
      return new AvatarError('not-connected', 'The room is not connected.', options);
    default:
      return new AvatarError('network', 'The packet could not be sent.', options);
  }
}

/** Why a track was not taken. */
export function publishError(error: unknown, token: string): AvatarError {
  if (isAvatarError(error)) return error;
  const { name, status } = fieldsOf(error);
  const options = {
    provider: 'livekit',
    ...(status !== undefined && { serviceCode: status }),
    cause: redactError(error, [token]),
  };
  return name === 'PublishTrackError' && status === 403
    ? new AvatarError('unsupported', 'The token does not permit publishing it (canPublish).', options)
    : new AvatarError('network', 'The SDK could not do this with the track.', options);
}

/** Classes are recognised by their `name`: bundlers rename constructors, and two copies of the SDK may be loaded. */
function fieldsOf(error: unknown): { name?: string; reason?: unknown; status?: number } {
  if (typeof error !== 'object' || error === null) return {};
  const { name, reason, status } = error as { name?: unknown; reason?: unknown; status?: unknown };
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof status === 'number' && { status }),
    reason,
  };
}
