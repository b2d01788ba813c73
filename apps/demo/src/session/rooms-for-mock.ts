import type { ConnectionDetails, SessionSource } from '@avatarwire/core';
import type { RoomHost } from '@avatarwire/simulator/page-rooms';
import type { RoomsHere } from './providers/in-page';

/**
 * Paid sessions whose avatars stand in this page: it tells the mock services that it gives rooms before it pays, and
 * takes no more orders once it has closed. The mock orders the room when the session is opened, and empties it at the
 * close.
 */
export function roomsForMock(
  paid: SessionSource,
  pagesUrl: string,
  makers: RoomsHere['makers'],
): SessionSource {
  const hosts = new WeakMap<ConnectionDetails, RoomHost>();

  return {
    async open(wanted, options) {
      const [{ hostRooms }, made] = await Promise.all([import('@avatarwire/simulator/page-rooms'), makers()]);
      const host = await hostRooms(pagesUrl, made, { signal: options.signal });
      try {
        const details = await paid.open(wanted, options);
        hosts.set(details, host);
        return details;
      } catch (error) {
        await host.close();
        throw error;
      }
    },
    async close(details, options) {
      try {
        // First, and in this turn: the page may be going too.
        await paid.close?.(details, options);
      } finally {
        await hosts.get(details)?.close();
      }
    },
    ...(paid.call && { call: paid.call }),
  };
}
