/** What rejections of `send` say, and what the outbox says itself. */

import { AvatarError, isAvatarError } from '../errors';

/** How often the same packet is tried again after `service-busy`. */
export const BUSY_RETRIES = 2;

export function asSendError(reason: unknown): AvatarError {
  if (isAvatarError(reason)) return reason;
  return new AvatarError('network', 'The transport could not send a packet.', { cause: reason });
}

export function asPreparationError(reason: unknown): AvatarError {
  if (isAvatarError(reason)) return reason;
  return new AvatarError('command-refused', 'What had to come before this message failed.', {
    cause: reason,
  });
}

export function asCuttingError(reason: unknown): AvatarError {
  if (isAvatarError(reason)) return reason;
  return new AvatarError('invalid-argument', 'The text of this message cannot be cut into packets.', {
    cause: reason,
  });
}

/** How long a busy service asks us to wait. Undefined for every other error. */
export function busyMs({ code, retryAfterMs }: AvatarError): number | undefined {
  return code === 'service-busy' && retryAfterMs !== undefined && retryAfterMs >= 0
    ? retryAfterMs
    : undefined;
}

/** Whether `error` says that nothing was sent and that the same packet may be sent again. */
export function isRefusal(error: AvatarError): boolean {
  return error.code === 'not-connected' || busyMs(error) !== undefined;
}

export function deliveryUncertain(cause: AvatarError | undefined, unsentText: string): AvatarError {
  const message = 'The connection failed while this message was being sent, so part of it may be lost.';
  return new AvatarError('delivery-uncertain', message, { cause, unsentText });
}

export function connectionLost(): AvatarError {
  return new AvatarError('network', 'The connection was lost before the transport had taken this.');
}

export function outboxClosed(): AvatarError {
  return new AvatarError('not-connected', 'The session was closed before this was sent.');
}

export function packetTooLarge(bytes: number, largest: number): AvatarError {
  return new AvatarError(
    'packet-too-large',
    `A command of ${bytes} bytes does not fit a packet of ${largest}.`,
  );
}
