/** The SDK's own rate check: at most so many messages and bytes in a window of the wall clock. */

import type { Clock } from '@avatarwire/core';
import { overRateError } from './trtc-error';

const MESSAGES = 30;
const BYTES = 8_000;
const WINDOW_MS = 1_000;

/**
 * The window begins with a call and ends with the first call more than a second later; it does not slide. A clock that
 * steps back keeps a window open until it has caught up. A refused message counts its bytes, though not as a message.
 *
 * @returns counts a message; throws where it is too much
 */
export function createMessageWindow(clock: Pick<Clock, 'wallNow'>): (bytes: number) => void {
  let began: number | undefined;
  let messages = 0;
  let sent = 0;

  return (bytes) => {
    const now = clock.wallNow();
    if (began === undefined || now - began > WINDOW_MS) {
      began = now;
      messages = 0;
      sent = 0;
    }
    sent += bytes;
    // At exactly a second the window is neither full nor over: nothing is refused.
    const inside = now - began < WINDOW_MS;
    if (inside && messages >= MESSAGES)
      throw overRateError(`sendCustomMessage was called more than ${MESSAGES} times in a second.`);
    if (inside && sent > BYTES)
      throw overRateError(`sendCustomMessage was given more than ${BYTES} bytes in a second.`);
    messages++;
  };
}
