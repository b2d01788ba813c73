/** A room that the user opened elsewhere: nothing is paid or closed here, so this service has little to do. */

import { randomUUID } from 'node:crypto';
import { AvatarError, type Clock, systemClock } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import type { AccountProvider, Accounts } from './accounts';

export const OWN_ROOM = 'own-room';

export function ownRoomService(accounts: Accounts, clock: Clock = systemClock): AvatarServiceServer {
  return {
    name: OWN_ROOM,
    providers: [...accounts.keys()],
    accepts: ['avatarId', 'durationSeconds'],
    actions: [],
    async open({ provider }) {
      const details = accounts.get(provider as AccountProvider);
      if (details === undefined) {
        throw new AvatarError('unsupported', `There is no room of ${provider} in the environment.`, {
          service: OWN_ROOM,
        });
      }
      return { service: OWN_ROOM, id: randomUUID(), details, openedAt: clock.wallNow() };
    },
    close: async () => 'closed',
    settled: async () => {},
  };
}
