/** Pure: what the browser throws → `AvatarError`. */

import { AvatarError, type AvatarErrorCode, isAvatarError } from '@avatarwire/core';

export const failure = (code: AvatarErrorCode, message: string, cause?: unknown) =>
  new AvatarError(code, message, { provider: 'broadcast-channel', ...(cause !== undefined && { cause }) });

export const noChannel = () =>
  failure(
    'sdk-missing',
    'There is no BroadcastChannel here. Every current browser has one, and so has Node.',
  );

export const usedBefore = () => failure('invalid-argument', 'A transport connects once: make a fresh one.');

export const notConnected = () => failure('not-connected', 'There is no connection.');

export function joinError(cause: unknown): AvatarError {
  return isAvatarError(cause)
    ? cause
    : failure('network', 'The room could not be joined: see `cause`.', cause);
}

export function sendError(cause: unknown): AvatarError {
  return failure('network', 'The packet was not taken: see `cause`.', cause);
}

export function publishError(cause: unknown): AvatarError {
  return failure('network', 'The track could not be sent: see `cause`.', cause);
}
