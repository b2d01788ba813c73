/** What rejections of `send` say, and what the outbox says itself. */

import { AvatarError, type AvatarErrorCode, isAvatarError } from '../errors';

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
  return new AvatarError('invalid-argument', 'This message cannot be made into packets.', {
    cause: reason,
  });
}

/** Longer than this nothing waits for a busy service: while it does, nothing else goes out either. */
const LONGEST_BUSY_MS = 60_000;

/** How long a busy service asks us to wait. Undefined for every other error, and where it asks for too long. */
export function busyMs({ code, retryAfterMs = -1 }: AvatarError): number | undefined {
  const waits = code === 'service-busy' && retryAfterMs >= 0 && retryAfterMs <= LONGEST_BUSY_MS;
  return waits ? retryAfterMs : undefined;
}

/** Whether `error` says that nothing was sent and that the same packet may be sent again. */
export function isRefusal(error: AvatarError): boolean {
  return error.code === 'not-connected' || busyMs(error) !== undefined;
}

const DENIALS: ReadonlySet<AvatarErrorCode> = new Set([
  'invalid-argument',
  'unsupported',
  'packet-too-large',
  'queue-full',
  'service-busy',
  'service-refused',
  'credentials-refused',
  'session-gone',
]);

/** Whether `error` says that nothing was sent, and that the same packet would be refused again. */
export function isDenial(error: AvatarError): boolean {
  return DENIALS.has(error.code) && busyMs(error) === undefined;
}

/** `error` with what it leaves unsaid. */
export function denied(error: AvatarError, unsentText: string): AvatarError {
  return new AvatarError(error.code, error.message, { ...error, cause: error, unsentText });
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

export function noRoomForCharacter(largest: number, messageId: string, index: number): AvatarError {
  return new AvatarError(
    'packet-too-large',
    `A packet of ${largest} bytes has no room for a character in part ${index} of message ${messageId}.`,
  );
}

export function textTooLarge(bytes: number, largest: number): AvatarError {
  return new AvatarError(
    'packet-too-large',
    `This text is sent in one piece: it takes a packet of ${bytes} bytes, and the largest has ${largest}.`,
  );
}
