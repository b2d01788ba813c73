/** Why a text that waits is not sent. */

import { AvatarError } from '../errors';

export function queueFull(waiting: number, maxQueuedBytes: number): AvatarError {
  const limit = `timeouts.maxQueuedBytes is ${maxQueuedBytes}`;
  return new AvatarError(
    'queue-full',
    `With this text ${waiting} bytes would wait, and ${limit}. Send less, or later.`,
  );
}

/** @param parts handed over before */
export function waitedTooLong(queuedMs: number, parts: number, unsentText: string): AvatarError {
  const message = `It waited ${queuedMs} ms (timeouts.queuedMs) for a connection.`;
  return new AvatarError(parts > 0 ? 'delivery-uncertain' : 'not-connected', message, { unsentText });
}
