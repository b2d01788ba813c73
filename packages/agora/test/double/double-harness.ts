import type { Ending, TransportHarness } from '@avatarwire/conformance';
import { createVirtualClock, PlaceholderTrack } from '@avatarwire/simulator';
import { type AgoraDisconnectedReason, agoraError } from '@avatarwire/simulator/agora';
import { agora } from '../../src/index';
import { AVATAR, CHANNEL, DoubleRoom } from './double-room';

const clock = createVirtualClock();
const never = new Promise<void>(() => {});

/** The double has a clock of its own, which cases move, in Node as well as in a browser. */
export const doubleHarness: TransportHarness<'agora', DoubleRoom> = {
  provider: 'agora',
  real: 'nothing: a double of agora-rtc-sdk-ng 4.24.8',
  open: () => new DoubleRoom(clock),
  create: (room) => agora({ clock, sdk: room.sdk }),
  credentials: (room) => room.credentials(),
  time: { advance: clock.advance, movesNetwork: true },
  listeners: {
    count: (room) => room.listenerCount,
    addForeign: (room) => room.addForeignListener(),
  },
  secrets(room) {
    room.credentials();
    return room.tokens;
  },
  invalidCredentials: (
    [
      ['appId', ''],
      ['channel', ''],
      ['channel', 'a/b'],
      ['channel', 'x'.repeat(65)],
      ['token', ''],
      ['token', 'x'.repeat(2_048)],
      ['uid', -1],
      ['uid', 1.5],
      ['uid', 2 ** 32],
      ['uid', ''],
      ['uid', 'ü'],
      ['role', 'admin'],
    ] as const
  ).map(([field, value]) => ({
    field,
    credentials: { appId: 'app', channel: CHANNEL, token: 'token', uid: 1, [field]: value },
  })),
  burst: { packets: 29, bytes: 6_000 },
  localTrack: (kind) => new PlaceholderTrack(kind),
  tellsSources: false,
  endings: endings(),
  far: {
    present: (room) => room.present,
    joinAsAvatar: (room) => room.join(AVATAR).id,
    leave: (room) => room.join(AVATAR).leave(),
    deliver: (room, data) => room.join(AVATAR).send(data),
    deliverAs: (room, id, data) => room.join(id).send(data),
    deliverWhileJoining(room, data) {
      room.cloud.faults.join = async () => {
        // In the room by then, and not yet told so.
        clock.schedule(() => room.join(AVATAR).send(data), 0);
      };
    },
    received: (room) => room.received,
    handedOver: (room) => room.cloud.handedOver,
    addTrack: (room, kind) => room.show(kind, new PlaceholderTrack(kind)),
    removeTrack: (room, kind) => room.hide(kind),
    replaceTrack(room, kind) {
      room.hide(kind);
      room.show(kind, new PlaceholderTrack(kind));
    },
    published: (room) => room.published,
    sentAtMost: (room) => room.sentAtMost,
    publishCalls: (room) => room.publishCalls,
    failNextPublish(room) {
      room.cloud.faults.publish = () => {
        delete room.cloud.faults.publish;
        return Promise.reject(agoraError('UNEXPECTED_RESPONSE', 'the gateway refused the offer'));
      };
    },
    forbidPublish(room) {
      room.role = 'audience';
    },
    cut: (room) => room.cloud.network.cut(CHANNEL),
    resume: (room) => room.cloud.network.resume(CHANNEL),
    reconnectFully: (room) => room.cloud.network.reconnectLossily(CHANNEL),
    lose: (room) => room.cloud.network.end('network-lost', CHANNEL),
    remove: (room) => room.cloud.network.end('removed', CHANNEL),
    hangJoin(room) {
      room.cloud.faults.reach = 'hangs';
    },
    holdJoin(room) {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      room.cloud.faults.join = () => held;
      return () => release();
    },
    refuseJoin(room) {
      room.cloud.faults.join = () =>
        Promise.reject(agoraError('CAN_NOT_GET_GATEWAY_SERVER', 'invalid token', { retry: false }));
    },
    failNextSend(room) {
      room.cloud.faults.send = () => {
        delete room.cloud.faults.send;
        throw agoraError('WS_ABORT', 'type: data_stream');
      };
    },
    holdNextSend(room) {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      room.cloud.faults.send = () => {
        delete room.cloud.faults.send;
        return held;
      };
      return () => release();
    },
    hangLeave(room) {
      room.cloud.faults.leave = () => never;
    },
  },
};

/** Ways of the SDK to say that it is over, with what it may say around it. */
function endings(): Ending<DoubleRoom>[] {
  const leaves = (room: DoubleRoom) => room.join(AVATAR).leave();
  const cut = (room: DoubleRoom) => room.cloud.network.cut(CHANNEL);
  const ends = (reason: AgoraDisconnectedReason) => (room: DoubleRoom) => room.client.disconnect(reason);
  const tokenIsOver = (room: DoubleRoom) => room.client.emit('token-privilege-did-expire');
  return [
    { name: 'a ban of our user id', reason: 'removed', events: [leaves, ends('UID_BANNED')] },
    { name: 'a ban of the channel', reason: 'removed', events: [leaves, ends('CHANNEL_BANNED')] },
    { name: 'the same user id elsewhere', reason: 'joined-elsewhere', events: [ends('UID_CONFLICT')] },
    {
      name: 'an expired token',
      reason: 'credentials-expired',
      events: [leaves, tokenIsOver, ends('TOKEN_EXPIRE')],
    },
    { name: 'a reconnect given up', reason: 'network-lost', events: [cut, leaves, ends('NETWORK_ERROR')] },
    { name: 'a page that is put away', reason: 'page-frozen', events: [ends('LEAVE')] },
    { name: 'an error of the server', reason: 'failed', events: [leaves, ends('SERVER_ERROR')] },
    { name: 'a licence that is over', reason: 'failed', events: [ends('LICENSE_EXPIRED')] },
  ];
}
