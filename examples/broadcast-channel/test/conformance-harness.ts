/** The adapter in this tab, and tabs that are driven by hand on the other side. */

import type { RemoteEnd, TransportHarness } from '@avatarwire/conformance';
import type { AvatarTransport } from '@avatarwire/core';
import { broadcastChannel } from '../src/index';
import { RawTab, type Realm } from './raw-tab';
import { WatchedChannel } from './watched-channel';

export interface Room {
  readonly name: string;
  readonly lines: { readonly transport: AvatarTransport; channel?: WatchedChannel }[];
  /** Joined and left there: whether our tab is in the room. */
  readonly onlooker: BroadcastChannel;
  visitorIsThere: boolean;
  avatar?: RawTab;
  readonly everyone: RawTab[];
}

const VISITOR = 'visitor';
const AVATAR = 'avatar';

let rooms = 0;

/** @param far where the other tabs live */
export function createHarness(
  real: string,
  far: Realm,
  more: Partial<TransportHarness<'broadcast-channel', Room>> = {},
): TransportHarness<'broadcast-channel', Room> {
  return {
    provider: 'broadcast-channel',
    real,
    // Within one machine nothing takes long.
    quietMs: 40,
    open() {
      rooms += 1;
      const name = `room ${rooms}`;
      const onlooker = new far.BroadcastChannel(`avatarwire:${name}`);
      const room: Room = { name, lines: [], onlooker, visitorIsThere: false, everyone: [] };
      onlooker.onmessage = ({ data }) => {
        if (data.from === VISITOR) room.visitorIsThere = data.type !== 'bye';
      };
      return room;
    },
    close(room) {
      room.onlooker.close();
      for (const tab of room.everyone) tab.die();
    },
    create(room) {
      const line: Room['lines'][number] = {
        transport: broadcastChannel({
          open(name) {
            line.channel = new WatchedChannel(name);
            return line.channel;
          },
        }),
      };
      room.lines.push(line);
      return line.transport as AvatarTransport<'broadcast-channel'>;
    },
    credentials: ({ name }) => ({ room: name, name: VISITOR }),
    invalidCredentials: [
      { field: 'room', credentials: { room: '', name: VISITOR } },
      { field: 'room', credentials: { room: 'r'.repeat(65), name: VISITOR } },
      { field: 'name', credentials: { room: 'a room' } },
    ],
    listeners: {
      count: (room, transport) =>
        room.lines.find((line) => line.transport === transport)?.channel?.listenerCount ?? 0,
      addForeign: (room, transport) =>
        room.lines.find((line) => line.transport === transport)?.channel?.addForeign() ?? (() => false),
    },
    ...more,
    far: { ...createFarEnd(far), ...more.far },
  };
}

/**
 * What this network has not: a link that can be cut or lost (`cut`, `resume`, `reconnectFully`, `lose`, `clog`), somebody
 * who refuses, keeps waiting, throws out or ends (`refuseJoin`, `forbidPublish`, `hangJoin`, `holdJoin`,
 * `deliverWhileJoining`, `remove`, `endRoom`, `hangLeave`), an answer to what was posted (`holdNextSend`).
 */
function createFarEnd(realm: Realm): RemoteEnd<Room> {
  const enter = (room: Room, name: string, tab?: string) => {
    const entered = new RawTab(realm, room.name, name, tab);
    room.everyone.push(entered);
    return entered;
  };
  return {
    present: (room) => room.visitorIsThere,
    joinAsAvatar(room) {
      room.avatar = enter(room, AVATAR);
      return AVATAR;
    },
    leave: ({ avatar }) => avatar?.leave(),
    deliver: ({ avatar }, data) => avatar?.send(data),
    deliverAs: (room, id, data) => enter(room, id).send(data, VISITOR),
    received: ({ avatar }) => avatar?.received ?? [],
    handedOver: ({ lines }) => lines.flatMap(({ channel }) => channel?.handedOver ?? []),
    failNextSend({ lines }) {
      for (const { channel } of lines) if (channel) channel.failsNextPacket = true;
    },
    // The later one stays; two that came in one millisecond go by their tab.
    joinElsewhere: (room) => void enter(room, VISITOR, '~ a later tab'),
  };
}
