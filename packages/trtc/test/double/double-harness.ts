import type { Ending, TransportHarness } from '@avatarwire/conformance';
import { createVirtualClock, PlaceholderTrack } from '@avatarwire/simulator';
import { trtc } from '../../src/index';
import { AVATAR, DoubleRoom, ROOM, rtcError } from './double-room';

const clock = createVirtualClock();

const VALID = { sdkAppId: 1_400_000_000, room: 'a room', userId: 'visitor', userSig: 'signature' };

/** The double has a clock of its own, which cases move, in Node as well as in a browser. */
export const doubleHarness: TransportHarness<'trtc', DoubleRoom> = {
  provider: 'trtc',
  real: 'nothing: a double of trtc-sdk-v5 5.17.1',
  open: () => new DoubleRoom(clock),
  create: (room) => trtc({ clock, sdk: room.sdk }),
  credentials: (room) => room.credentials(),
  avatarId: () => AVATAR,
  time: { advance: clock.advance, movesNetwork: true },
  listeners: {
    count: (room) => room.listenerCount,
    addForeign: (room) => room.addForeignListener(),
  },
  secrets(room) {
    room.credentials();
    return room.signatures;
  },
  invalidCredentials: (
    [
      ['sdkAppId', 0],
      ['sdkAppId', -1],
      ['sdkAppId', 1.5],
      ['sdkAppId', '1400000000'],
      ['room', 0],
      ['room', -1],
      ['room', 1.5],
      ['room', 4_294_967_295],
      ['room', ''],
      ['room', 'a/b'],
      ['room', 'a"b'],
      ['room', 'ü'],
      ['room', 'x'.repeat(65)],
      ['userId', ''],
      ['userId', '  '],
      ['userId', 7],
      ['userSig', ''],
      ['cmdId', 0],
      ['cmdId', 11],
      ['cmdId', 1.5],
      ['cmdId', '1'],
    ] as const
  ).map(([field, value]) => ({ field, credentials: { ...VALID, [field]: value } })),
  burst: { packets: 30, bytes: 8_000 },
  localTrack: (kind) => new PlaceholderTrack(kind),
  endings: endings(),
  far: {
    present: (room) => room.present,
    joinAsAvatar: (room) => room.join(AVATAR).id,
    leave: (room) => room.join(AVATAR).leave(),
    deliver: (room, data) => room.join(AVATAR).send(data),
    deliverAs: (room, id, data) => room.join(id).send(data),
    deliverWhileJoining(room, data) {
      room.prepare = (client) => {
        const enter = client.enterRoom.bind(client);
        client.enterRoom = (config) => {
          const entering = enter(config);
          client.emit('custom-message', { userId: AVATAR, cmdId: 1, seq: 1, data: data.slice().buffer });
          return entering;
        };
      };
    },
    received: (room) => room.received,
    handedOver: (room) => room.calls.flatMap(({ sent }) => sent),
    addTrack: (room, kind) => room.show(kind, new PlaceholderTrack(kind)),
    removeTrack: (room, kind) => room.hide(kind),
    replaceTrack(room, kind) {
      room.hide(kind);
      room.show(kind, new PlaceholderTrack(kind));
    },
    published: (room) => room.published,
    sentAtMost(room, source) {
      const { bitrate } = (source === 'camera' && room.client.videoProfile) || {};
      return bitrate === undefined ? undefined : bitrate * 1_000;
    },
    publishCalls: (room) => room.publishCalls,
    failNextPublish(room) {
      const { client } = room;
      const start = client.startLocalAudio;
      client.startLocalAudio = () => {
        client.startLocalAudio = start;
        return Promise.reject(rtcError(5500));
      };
    },
    cut: (room) => room.cloud.network.cut(ROOM),
    resume: (room) => room.cloud.network.resume(ROOM),
    reconnectFully: (room) => room.cloud.network.reconnectLossily(ROOM),
    lose: (room) => room.cloud.network.end('network-lost', ROOM),
    endRoom: (room) => room.cloud.network.end('room-ended', ROOM),
    remove: (room) => room.cloud.network.end('removed', ROOM),
    joinElsewhere: (room) => room.cloud.network.end('joined-elsewhere', ROOM),
    hangJoin(room) {
      room.cloud.faults.join = 'http-hang';
    },
    holdJoin(room) {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      room.cloud.network.faults.join = () => held;
      return () => release();
    },
    refuseJoin(room) {
      room.cloud.faults.join = 'signature-refused';
    },
    failNextSend(room) {
      const { client } = room;
      const send = client.sendCustomMessage;
      client.sendCustomMessage = () => {
        client.sendCustomMessage = send;
        return Promise.reject(rtcError(5100, 5101));
      };
    },
    holdNextSend(room) {
      const { client } = room;
      const send = client.sendCustomMessage;
      let release = () => {};
      const held = new Promise<never>((resolve) => {
        release = () => resolve(undefined as never);
      });
      client.sendCustomMessage = () => {
        client.sendCustomMessage = send;
        return held;
      };
      return () => release();
    },
    hangLeave(room) {
      room.cloud.faults.leave = 'hang';
    },
  },
};

/** Ways of the SDK to say that it is over, with what it may say around it. */
function endings(): Ending<DoubleRoom>[] {
  const leaves = (room: DoubleRoom) => room.join(AVATAR).leave();
  const cut = (room: DoubleRoom) => room.cloud.network.cut(ROOM);
  const blocked = (room: DoubleRoom) => room.client.firewall();
  return [
    {
      name: 'our user id, entered elsewhere',
      reason: 'joined-elsewhere',
      events: [leaves, cut, (room) => room.client.kick('kick')],
    },
    { name: 'our removal', reason: 'removed', events: [leaves, (room) => room.client.kick('banned')] },
    {
      name: 'a dismissed room',
      reason: 'room-ended',
      events: [leaves, (room) => room.client.kick('room_disband')],
    },
    {
      name: 'a re-entry given up, as documented with 5502,',
      reason: 'network-lost',
      events: [cut, blocked, leaves, (room) => room.client.giveUp(5502)],
    },
    {
      name: 'a re-entry given up, as documented with 5503,',
      reason: 'network-lost',
      events: [cut, (room) => room.client.giveUp(5503)],
    },
    {
      name: 'a re-entry given up, as 5.17.1 reports it,',
      reason: 'network-lost',
      events: [cut, leaves, (room) => room.client.giveUp()],
    },
  ];
}
