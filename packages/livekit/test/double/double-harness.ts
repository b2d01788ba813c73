import type { Ending, TransportHarness } from '@avatarwire/conformance';
import type { TrackSource } from '@avatarwire/core';
import { DisconnectReason, PublishTrackError, Track, UnexpectedConnectionState } from 'livekit-client';
import { livekit } from '../../src/index';
import { LOW_MARK_BYTES } from '../../src/livekit-sdk';
import { createManualClock } from '../manual-clock';
import { FakeNetwork } from './fake-network';
import { LocalTrackDouble } from './local-track-double';

export const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${'e30'.repeat(10)}.signature-of-the-token`;
export const CREDENTIALS = { url: 'wss://livekit.example', token: TOKEN, sendTopic: 'to-avatar' };

const clock = createManualClock();
const never = new Promise<void>(() => {});

export const doubleHarness: TransportHarness<'livekit', FakeNetwork> = {
  provider: 'livekit',
  real: 'nothing: a double of the Room',
  open: () => new FakeNetwork(),
  create: (network) => livekit({ clock, sdk: async () => network.sdk }),
  credentials: () => ({ ...CREDENTIALS }),
  avatarId: () => 'avatar',
  time: { advance: clock.advance, movesNetwork: true },
  listeners: {
    count: (network) => network.rooms.reduce((total, room) => total + room.listenerCount - foreign(room), 0),
    addForeign(network) {
      const { room } = network;
      const listener = () => {};
      foreignListeners.add(listener);
      room.on('disconnected', listener);
      return () => room.listeners.get('disconnected')?.includes(listener) ?? false;
    },
  },
  localTrack: (kind) => new LocalTrackDouble(kind),
  secrets: () => [TOKEN, TOKEN.slice(30)],
  invalidCredentials: [
    { field: 'url', credentials: { ...CREDENTIALS, url: 'https://livekit.example' } },
    { field: 'url', credentials: { ...CREDENTIALS, url: 'ws://livekit.example' } },
    { field: 'url', credentials: { ...CREDENTIALS, url: 'not an address' } },
    { field: 'token', credentials: { ...CREDENTIALS, token: '' } },
  ],
  lowMarkBytes: LOW_MARK_BYTES,
  endings: endings(),
  far: {
    present: (network) => network.inRoom.size > 0,
    joinAsAvatar: (network) => network.arrive('avatar').identity,
    leave: (network) => network.depart('avatar'),
    deliver: (network, data) => network.deliver(data, 'avatar'),
    deliverAs(network, id, data) {
      if (!network.participants.has(id)) network.arrive(id);
      network.deliver(data, id);
    },
    deliverWhileJoining(network, data) {
      network.whileJoining = data;
    },
    received: (network) => network.received,
    handedOver: (network) => network.rooms.flatMap((room) => room.published.map(({ data }) => data)),
    addTrack: (network, kind) => void network.publish(kind),
    removeTrack: (network, kind) => network.unpublish(kind),
    replaceTrack(network, kind) {
      network.unpublish(kind);
      network.publish(kind);
    },
    published: (network) =>
      [...network.inRoom].flatMap((room) =>
        [...room.localTracks].map(([local, source]) => ({
          kind: local.mediaStreamTrack.kind === 'audio' ? 'audio' : 'video',
          source: SOURCES[source],
          muted: local.isMuted,
          track: local.mediaStreamTrack,
        })),
      ),
    sentAtMost: (network, wanted) =>
      [...network.room.localTracks].find(([, source]) => SOURCES[source] === wanted)?.[0].sender.maxBitrate,
    publishCalls: (network) => network.rooms.reduce((total, room) => total + room.publishCalls, 0),
    failNextPublish(network) {
      network.nextPublish = { fails: new PublishTrackError('negotiation broke off', 500) };
    },
    forbidPublish(network) {
      network.canPublish = false;
    },
    cut: (network) => network.cut(),
    resume: (network) => network.resume(),
    reconnectFully: (network) => network.reconnectFully(),
    lose: (network) => network.end(undefined),
    endRoom: (network) => network.end(DisconnectReason.ROOM_DELETED),
    remove: (network) => network.end(DisconnectReason.PARTICIPANT_REMOVED),
    joinElsewhere: (network) => network.end(DisconnectReason.DUPLICATE_IDENTITY),
    hangJoin(network) {
      network.join = 'hangs';
    },
    holdJoin(network) {
      let release = () => {};
      network.joinHeld = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    refuseJoin(network) {
      network.join = 'is-refused';
    },
    failNextSend(network) {
      network.nextSend = { fails: new UnexpectedConnectionState('engine closed') };
    },
    holdNextSend(network) {
      let release = () => {};
      network.nextSend = { waits: new Promise((resolve) => (release = resolve)) };
      return () => release();
    },
    hangLeave(network) {
      network.leaving = never;
    },
    clog(network) {
      const { channel } = network.room;
      if (channel === undefined) throw new Error('not connected');
      channel.stopped = true;
      return () => {
        channel.stopped = false;
        channel.release();
      };
    },
  },
};

const SOURCES: Readonly<Record<Track.Source, TrackSource>> = {
  [Track.Source.Microphone]: 'microphone',
  [Track.Source.Camera]: 'camera',
  [Track.Source.ScreenShare]: 'screen',
  [Track.Source.ScreenShareAudio]: 'screen',
  [Track.Source.Unknown]: 'unknown',
};

/** Each way of the SDK to say that it is over, with what it may say around it. */
function endings(): Ending<FakeNetwork>[] {
  const leaves = (network: FakeNetwork) => network.depart('avatar');
  const ends = (reason: DisconnectReason | undefined) => (network: FakeNetwork) => network.end(reason);
  const reconnects = (network: FakeNetwork) => network.cut();
  return [
    { name: 'a deleted room', reason: 'room-ended', events: [leaves, ends(DisconnectReason.ROOM_DELETED)] },
    { name: 'a closed room', reason: 'room-ended', events: [leaves, ends(DisconnectReason.ROOM_CLOSED)] },
    {
      name: 'our removal',
      reason: 'removed',
      events: [reconnects, ends(DisconnectReason.PARTICIPANT_REMOVED)],
    },
    {
      name: 'the same identity elsewhere',
      reason: 'joined-elsewhere',
      events: [ends(DisconnectReason.DUPLICATE_IDENTITY)],
    },
    {
      name: 'a frozen page',
      reason: 'page-frozen',
      events: [leaves, ends(DisconnectReason.CLIENT_INITIATED)],
    },
    { name: 'a reconnect given up', reason: 'network-lost', events: [reconnects, leaves, ends(undefined)] },
    {
      name: 'a server that shuts down',
      reason: 'network-lost',
      events: [leaves, reconnects, ends(DisconnectReason.SERVER_SHUTDOWN)],
    },
  ];
}

const foreignListeners = new Set<unknown>();

function foreign(room: { listeners: ReadonlyMap<string, readonly unknown[]> }): number {
  return [...room.listeners.values()].flat().filter((listener) => foreignListeners.has(listener)).length;
}
