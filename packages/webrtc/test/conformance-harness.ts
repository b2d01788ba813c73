/** Real peer connections for the conformance suite: the adapter's on this side, one driven by hand on the other. */

import type { RemoteEnd, TransportHarness } from '@avatarwire/conformance';
import { AvatarError, type AvatarTransport } from '@avatarwire/core';
import { armNetwork, cutNetwork, disarmNetwork, mendNetwork } from '@avatarwire/tooling/page-network';
import { createLoopbackSignalling, type Signalling, webrtc } from '../src/index';
import { createManualClock, type ManualClock } from './manual-clock';
import { type MediaWatch, watchMedia } from './media-watch';
import { createNearConnection, type NearConnection } from './near-connection';
import { createRawPeer, type RawPeer } from './raw-peer';

type Kind = 'audio' | 'video';

interface Line {
  readonly transport: AvatarTransport<'webrtc'>;
  readonly near: NearConnection;
  readonly far: RawPeer;
}

export interface Room {
  /** One for each transport that was made. */
  readonly lines: Line[];
  /** What the avatar publishes. */
  readonly tracks: Map<Kind, MediaStreamTrack>;
  readonly everyTrack: MediaStreamTrack[];
  readonly greeting: Uint8Array<ArrayBuffer>[];
  /** Held while the far end must not describe itself. */
  gate: Promise<void> | undefined;
  refuses: boolean;
  neverLeaves: boolean;
  takesTracks: boolean;
  readonly watches: Map<MediaStreamTrack, MediaWatch>;
}

const RECONNECT_TIMEOUT_MS = 20_000;
const STUFFING_BYTES = 4_194_304;
// Nobody answers there, and it is no port that browsers block. Over TCP: Chromium 156 crashes when its emulated network meets a STUN or TURN server over UDP.
const TURN = {
  urls: 'turn:127.0.0.1:40009?transport=tcp',
  username: 'visitor-of-the-suite',
  credential: 'very-secret-word',
};

/** @param farOffers the avatar's side makes the offer and opens the channel, as HeyGen's first service does */
export function createHarness(farOffers: boolean): TransportHarness<'webrtc', Room> {
  const clock = createManualClock();
  const browser = /(Chrome|Firefox)\/(\d+)/.exec(navigator.userAgent);
  // Another browser's driver cuts no network.
  const cuts = browser?.[1] === 'Chrome';
  const name = `${cuts ? 'Chromium' : browser?.[1]} ${browser?.[2]}`;
  return {
    provider: 'webrtc',
    real: `RTCPeerConnections of ${name}, ${farOffers ? 'the far end offers' : 'the adapter offers'}`,
    avatarId: () => 'avatar',
    connectTimeoutMs: 15_000,
    lowMarkBytes: 16_384,
    async open() {
      if (cuts) await armNetwork();
      return {
        lines: [],
        tracks: new Map(),
        everyTrack: [],
        greeting: [],
        gate: undefined,
        refuses: false,
        neverLeaves: false,
        takesTracks: true,
        watches: new Map(),
      };
    },
    async close(room) {
      for (const watch of room.watches.values()) watch.stop();
      for (const { far } of room.lines) far.close();
      for (const track of room.everyTrack) track.stop();
      if (cuts) await disarmNetwork();
      const open = room.lines.filter(
        ({ near }) => near.connection && near.connection.connectionState !== 'closed',
      );
      if (open.length > 0) throw new Error(`${open.length} peer connections of the adapter are still open.`);
      if (clock.pending > 0) throw new Error(`${clock.pending} timers of the adapter are still running.`);
    },
    create(room) {
      const line = createLine(room, clock, farOffers);
      room.lines.push(line);
      return line.transport;
    },
    credentials: () => ({ iceServers: [TURN] }),
    secrets: () => [TURN.username, TURN.credential],
    invalidCredentials: [
      { field: 'offer.type', credentials: { offer: { type: 'answer', sdp: 'v=0' } } },
      { field: 'offer.sdp', credentials: { offer: { type: 'offer' } } },
      { field: 'iceServers[0].urls', credentials: { iceServers: [{ urls: 'https://turn.example.org' }] } },
    ],
    time: {
      movesNetwork: false,
      async advance(ms) {
        clock.advance(ms);
        await new Promise((resolve) => setTimeout(resolve));
      },
    },
    listeners: {
      count: (room, transport) => lineOf(room, transport).near.listenerCount,
      addForeign: (room, transport) => lineOf(room, transport).near.addForeign(),
    },
    proveMedia,
    tellsSources: false,
    far: cuts
      ? farOffers
        ? withoutCuts(createFarEnd(clock))
        : createFarEnd(clock)
      : withoutNetwork(createFarEnd(clock)),
  };
}

function createLine(room: Room, clock: ManualClock, farOffers: boolean): Line {
  const ends = createLoopbackSignalling({ offerer: farOffers ? 'remote' : 'local' });
  const near = createNearConnection();
  const signalling: Signalling = {
    ...ends.local,
    async sendDescription(description, options) {
      if (room.refuses)
        throw new AvatarError('credentials-refused', 'The signalling server says 403.', {
          provider: 'webrtc',
        });
      await ends.local.sendDescription(description, options);
    },
    async close() {
      await ends.local.close();
      if (room.neverLeaves) await new Promise(() => {});
    },
  };
  const transport = webrtc({
    signalling,
    clock,
    reconnectTimeoutMs: RECONNECT_TIMEOUT_MS,
    peerConnection: (configuration) => near.make(configuration),
  });
  const far = createRawPeer(ends.remote, {
    offers: farOffers,
    ...(farOffers && { channel: { label: 'avatar' } }),
    tracks: [...room.tracks.values()],
    greeting: room.greeting,
    takesTracks: () => room.takesTracks,
    gate: () => room.gate,
  });
  return { transport, near, far };
}

function createFarEnd(
  clock: ManualClock,
): Required<
  Pick<
    RemoteEnd<Room>,
    Exclude<keyof RemoteEnd<Room>, 'leave' | 'deliverAs' | 'reconnectFully' | 'remove' | 'joinElsewhere'>
  >
> {
  return {
    present(room) {
      const { far } = last(room);
      return far.channel?.readyState === 'open' && !far.left;
    },
    joinAsAvatar: () => 'avatar',
    async deliver(room, data) {
      const { far } = last(room);
      await Promise.race([far.open, far.gone]);
      // After our end has closed there is nobody to deliver to.
      if (far.channel?.readyState === 'open') far.channel.send(data);
    },
    deliverWhileJoining(room, data) {
      room.greeting.push(data);
    },
    received: (room) => room.lines.flatMap(({ far }) => far.received),
    handedOver: (room) => room.lines.flatMap(({ near }) => near.handedOver),
    async addTrack(room, kind) {
      const track = await createTrack(room, kind);
      room.tracks.set(kind, track);
      const far = room.lines.at(-1)?.far;
      if (!far) return;
      far.connection.addTrack(track, new MediaStream([track]));
      await far.offer();
    },
    async removeTrack(room, kind) {
      const { connection, offer } = last(room).far;
      connection.removeTrack(transceiverOf(room, kind).sender);
      await offer();
    },
    async replaceTrack(room, kind) {
      const { connection, offer } = last(room).far;
      const next = await createTrack(room, kind);
      transceiverOf(room, kind).stop();
      room.tracks.set(kind, next);
      connection.addTransceiver(next, { direction: 'sendonly', streams: [new MediaStream([next])] });
      await offer();
    },
    published: (room) => {
      const { far } = last(room);
      if (far.left) return [];
      return receivedBy(far.connection).flatMap((receiver) => {
        const { track } = receiver;
        const watch = room.watches.get(track) ?? watchMedia(receiver);
        room.watches.set(track, watch);
        const { isSilent } = watch;
        const kind = track.kind === 'audio' ? 'audio' : 'video';
        // Until something has arrived there is nothing to be seen of it.
        return isSilent === undefined ? [] : { kind, source: 'unknown', muted: isSilent, track };
      });
    },
    // One picture at a time is sent in the cases that ask.
    sentAtMost: (room) => last(room).near.sentAtMost,
    publishCalls: (room) => room.lines.reduce((total, { near }) => total + near.publishCalls, 0),
    failNextPublish: (room) => last(room).near.failNextPublish(),
    forbidPublish(room) {
      room.takesTracks = false;
    },
    cut: cutNetwork,
    resume: mendNetwork,
    async lose(room) {
      await cutNetwork();
      await untilLost(last(room).near.connection);
      clock.advance(RECONNECT_TIMEOUT_MS);
    },
    async endRoom(room) {
      const { far } = last(room);
      await Promise.race([far.open, far.gone]);
      // Closing the connection says so in a single packet, which is lost in an emulated network; this is said until heard.
      far.channel?.close();
    },
    hangJoin(room) {
      room.gate = new Promise(() => {});
    },
    holdJoin(room) {
      let release = () => {};
      room.gate = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    refuseJoin(room) {
      room.refuses = true;
    },
    failNextSend: (room) => last(room).near.failNextSend(),
    holdNextSend(room) {
      // The uplink stops with the channel full, so the next packet waits behind what is in it.
      const stopped = cutNetwork();
      last(room).near.stuff(STUFFING_BYTES);
      return () => stopped.then(mendNetwork);
    },
    hangLeave(room) {
      room.neverLeaves = true;
    },
    async clog() {
      await cutNetwork();
      return mendNetwork;
    },
  };
}

/** Who offers makes no difference to a path that heals, and Chromium takes 5 s to notice each cut. */
function withoutCuts(far: RemoteEnd<Room>): RemoteEnd<Room> {
  const { cut: _cut, resume: _resume, lose: _lose, ...rest } = far;
  return rest;
}

function withoutNetwork(far: RemoteEnd<Room>): RemoteEnd<Room> {
  const { holdNextSend: _hold, clog: _clog, ...rest } = withoutCuts(far);
  return rest;
}

function receivedBy(connection: RTCPeerConnection): RTCRtpReceiver[] {
  return connection
    .getTransceivers()
    .filter(({ currentDirection }) => currentDirection === 'recvonly' || currentDirection === 'sendrecv')
    .map(({ receiver }) => receiver);
}

function last(room: Room): Line {
  return room.lines.at(-1) ?? fail('No transport was made for this room.');
}

function lineOf(room: Room, transport: AvatarTransport<'webrtc'>): Line {
  return (
    room.lines.find((line) => line.transport === transport) ?? fail('This transport is not of this room.')
  );
}

function transceiverOf(room: Room, kind: Kind): RTCRtpTransceiver {
  const track = room.tracks.get(kind);
  const found = last(room)
    .far.connection.getTransceivers()
    .find(({ sender }) => sender.track === track);
  return found ?? fail(`The avatar publishes no ${kind}.`);
}

async function createTrack(room: Room, kind: Kind): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true });
  const [track] = stream.getTracks();
  if (!track) return fail(`The fake device gave no ${kind}.`);
  room.everyTrack.push(track);
  return track;
}

/** Until the browser has noticed; or at once where the connection was closed before. */
async function untilLost(connection: RTCPeerConnection | undefined): Promise<void> {
  if (!connection) return;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!['disconnected', 'failed', 'closed'].includes(connection.connectionState)) return;
      EventTarget.prototype.removeEventListener.call(connection, 'connectionstatechange', look);
      resolve();
    };
    EventTarget.prototype.addEventListener.call(connection, 'connectionstatechange', look);
    look();
  });
}

async function proveMedia(track: MediaStreamTrack): Promise<void> {
  if (track.kind === 'audio') {
    // Muted until the first packet of it has come.
    if (track.muted)
      await new Promise((resolve) => track.addEventListener('unmute', resolve, { once: true }));
    return;
  }
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.srcObject = null;
}

function fail(problem: string): never {
  throw new Error(problem);
}
