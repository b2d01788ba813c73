import type { ConnectionDetails, SessionSource } from '@avatarwire/core';

/** Told the broker's id of each paid session. */
export type Opened = (sessionId: string) => void;

/**
 * Paid sessions from the broker. Where the avatar stands in this page, its credentials are what the session joins
 * with, and the paid session goes along with it: opened before the avatar comes, closed with it.
 */
export function payingFor(paid: SessionSource, opened: Opened, avatar?: SessionSource): SessionSource {
  /** What the broker and the avatar gave, by what the session got. */
  const pairs = new WeakMap<ConnectionDetails, readonly [ConnectionDetails, ConnectionDetails]>();

  return {
    async open(wanted, options) {
      const bought = await paid.open(wanted, options);
      if (bought.sessionId !== undefined) opened(bought.sessionId);
      if (avatar === undefined) return bought;
      try {
        const own = await avatar.open(wanted, options);
        const { service, sessionId, expiresInMs } = bought;
        const details: ConnectionDetails = {
          ...own,
          ...(service !== undefined && { service }),
          ...(sessionId !== undefined && { sessionId }),
          ...(expiresInMs !== undefined && { expiresInMs }),
        };
        pairs.set(details, [bought, own]);
        return details;
      } catch (error) {
        await paid.close?.(bought, { reason: 'connect-failed', keepalive: false });
        throw error;
      }
    },
    async close(details, options) {
      const end = async (source: SessionSource, given: ConnectionDetails) => source.close?.(given, options);
      const [bought, own] = pairs.get(details) ?? [details];
      // Both in this turn: the page may be going. What is paid goes first.
      await Promise.all([end(paid, bought), ...(avatar && own ? [end(avatar, own)] : [])]);
    },
  };
}
