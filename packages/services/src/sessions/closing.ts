import { isAvatarError } from '@avatarwire/core';
import type { CallOptions } from '../contract';
import { unlessAborted } from '../http/unless-aborted';

export type Closed = 'closed' | 'gone';

/** Closing as often as one likes: calls for one session at one time are one request, and "gone" is an answer. */
export function createClosing(
  send: (id: string, reason: string | undefined) => Promise<unknown>,
  gone: (serviceCode: unknown) => boolean = () => false,
): (id: string, reason?: string, options?: CallOptions) => Promise<Closed> {
  const underWay = new Map<string, Promise<Closed>>();

  async function closeOnce(id: string, reason: string | undefined): Promise<Closed> {
    try {
      await send(id, reason);
      return 'closed';
    } catch (error) {
      if (isAvatarError(error) && (error.code === 'session-gone' || gone(error.serviceCode))) return 'gone';
      throw error;
    }
  }

  return (id, reason, { signal } = {}) => {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const closing = underWay.get(id) ?? closeOnce(id, reason).finally(() => underWay.delete(id));
    underWay.set(id, closing);
    // Whoever waits stops waiting; the session is closed all the same.
    return signal ? unlessAborted(closing, [signal]) : closing;
  };
}
