import { type AvatarError, isAvatarError } from '@avatarwire/core';
import type { CallOptions } from '../contract';
import type { CheckedOptions } from '../http/options';
import { unlessAborted } from '../http/unless-aborted';

export type Closed = 'closed' | 'gone';

export type Close = (id: string, reason?: string, options?: CallOptions) => Promise<Closed>;

export interface ClosingOptions extends Pick<CheckedOptions, 'service' | 'logger'> {
  send(id: string): Promise<unknown>;
  /** Whether a refusal says that there is nothing to close. @default what is `session-gone` does */
  isGone?(error: AvatarError, id: string): boolean | Promise<boolean>;
}

/** Closing as often as one likes: calls for one session at one time are one request, and "gone" is an answer. */
export function createClosing({
  service,
  logger,
  send,
  isGone = ({ code }) => code === 'session-gone',
}: ClosingOptions): Close {
  const underWay = new Map<string, Promise<Closed>>();

  async function outcomeOf(id: string): Promise<Closed> {
    try {
      await send(id);
      return 'closed';
    } catch (error) {
      if (isAvatarError(error) && (await isGone(error, id))) return 'gone';
      throw error;
    }
  }

  async function closeOnce(id: string, reason: string | undefined): Promise<Closed> {
    try {
      const outcome = await outcomeOf(id);
      logger.info(`${service}: ${outcome}`, { id, reason });
      return outcome;
    } finally {
      underWay.delete(id);
    }
  }

  return (id, reason, { signal } = {}) => {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const closing = underWay.get(id) ?? closeOnce(id, reason);
    underWay.set(id, closing);
    // Whoever waits stops waiting; the session is closed all the same.
    return signal ? unlessAborted(closing, [signal]) : closing;
  };
}
