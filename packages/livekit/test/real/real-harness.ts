import type { TransportHarness } from '@avatarwire/conformance';
import type { Clock, TrackSource } from '@avatarwire/core';
import * as livekitClient from 'livekit-client';
import { commands } from 'vitest/browser';
import { livekit } from '../../src/index';
import { freshRoom, joinRaw, rtcConfig, sharedServer, tokenFor } from './access';
import { receivesMedia } from './media-proof';

/** A room on the real server, with a line to its signalling that can be cut. */
interface RealRoom {
  readonly name: string;
  readonly proxyUrl: string;
  token: string;
  url: string;
  tokenIsBad: boolean;
  avatar?: livekitClient.Room;
  readonly others: Map<string, livekitClient.Room>;
  readonly received: Uint8Array[];
  /** Every `Room` that the transports of this room made. */
  readonly made: ObservedRoom[];
  readonly tracks: Map<'audio' | 'video', MediaStreamTrack>;
  readonly hosts: string[];
}

interface ObservedRoom {
  readonly room: livekitClient.Room;
  /** The SDK listens to itself. */
  readonly ownListeners: number;
  foreignListeners: number;
  readonly handedOver: Uint8Array[];
  /** How the next `publishData` answers; the real one is called all the same, unless it fails. */
  nextSend?: { readonly fails: Error } | { readonly waits: Promise<void> };
  leavingHangs: boolean;
  /** Calls of the SDK on local tracks. */
  publishCalls: number;
  nextPublish?: Error;
}

/** The transports' clock runs four times as fast as the network, so that nobody waits three seconds for a departure. */
const CLOCK_RATE = 4;
const CONNECT_TIMEOUT_MS = 18_000;

const fastClock: Clock = {
  now: () => performance.now() * CLOCK_RATE,
  wallNow: () => Date.now(),
  schedule(call, delayMs) {
    const timer = setTimeout(call, delayMs / CLOCK_RATE);
    return () => clearTimeout(timer);
  },
};

/** The SDK as it is, with its `Room`s observed. */
function observedSdk(made: ObservedRoom[]): typeof livekitClient {
  class Observed extends livekitClient.Room {
    constructor(options?: livekitClient.RoomOptions) {
      super(options);
      const observed: ObservedRoom = {
        room: this,
        ownListeners: countListeners(this),
        foreignListeners: 0,
        handedOver: [],
        leavingHangs: false,
        publishCalls: 0,
      };
      made.push(observed);
      const publish = this.localParticipant.publishData.bind(this.localParticipant);
      this.localParticipant.publishData = async (data, options) => {
        observed.handedOver.push(Uint8Array.from(data));
        const { nextSend } = observed;
        delete observed.nextSend;
        if (nextSend !== undefined && 'fails' in nextSend) throw nextSend.fails;
        await publish(data, options);
        await nextSend?.waits;
      };
      const publishTrack = this.localParticipant.publishTrack.bind(this.localParticipant);
      this.localParticipant.publishTrack = async (track, options) => {
        observed.publishCalls += 1;
        const { nextPublish } = observed;
        delete observed.nextPublish;
        if (nextPublish !== undefined) throw nextPublish;
        return publishTrack(track, options);
      };
      const unpublishTrack = this.localParticipant.unpublishTrack.bind(this.localParticipant);
      this.localParticipant.unpublishTrack = async (track, stopOnUnpublish) => {
        observed.publishCalls += 1;
        return unpublishTrack(track, stopOnUnpublish);
      };
      const leave = this.disconnect;
      this.disconnect = (stopTracks) => (observed.leavingHangs ? new Promise(() => {}) : leave(stopTracks));
    }
  }
  return { ...livekitClient, Room: Observed };
}

function countListeners(room: livekitClient.Room): number {
  return Object.values(livekitClient.RoomEvent).reduce(
    (total, event) => total + room.listenerCount(event),
    0,
  );
}

export const realHarness: TransportHarness<'livekit', RealRoom> = {
  provider: 'livekit',
  real: 'livekit-server 1.13.5 and livekit-client 2.22.0 in Chromium',
  connectTimeoutMs: CONNECT_TIMEOUT_MS,
  time: { advance: (ms) => sleep(ms / CLOCK_RATE), movesNetwork: false },
  async open() {
    const name = freshRoom();
    const proxyUrl = await commands.livekitProxy(sharedServer().url);
    return {
      name,
      proxyUrl,
      token: await tokenFor(sharedServer(), name, 'visitor'),
      url: proxyUrl,
      tokenIsBad: false,
      others: new Map(),
      received: [],
      made: [],
      tracks: new Map(),
      hosts: [],
    };
  },
  async close(room) {
    for (const track of room.tracks.values()) track.stop();
    for (const observed of room.made) observed.leavingHangs = false;
    const rooms = [room.avatar, ...room.others.values(), ...room.made.map((observed) => observed.room)];
    for (const left of rooms) await left?.disconnect();
    for (const url of [room.proxyUrl, ...room.hosts]) await commands.livekitStop(url);
  },
  create: ({ made }) =>
    livekit({
      sdk: async () => observedSdk(made),
      clock: fastClock,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      rtcConfig,
      room: { reconnectPolicy: { nextRetryDelayInMs: ({ retryCount }) => (retryCount < 8 ? 100 : null) } },
    }),
  credentials: ({ url, token, tokenIsBad }) => ({
    url,
    token: tokenIsBad ? `${token.slice(0, -6)}AAAAAA` : token,
  }),
  avatarId: () => 'avatar',
  listeners: {
    count: ({ made }) =>
      made.reduce(
        (total, { room, ownListeners, foreignListeners }) =>
          // Those that the SDK takes off itself in disconnecting are not ours to count twice.
          total + Math.max(0, countListeners(room) - ownListeners - foreignListeners),
        0,
      ),
    addForeign({ made }) {
      const observed = lastMade({ made });
      const listener = () => {};
      observed.foreignListeners += 1;
      observed.room.on('disconnected', listener);
      return () => observed.room.listeners('disconnected').includes(listener);
    },
  },
  secrets: ({ token }) => [token, token.split('.')[2] ?? token],
  proveMedia: receivesMedia,
  // The server keeps a participant whose joining broke off at the wrong moment until its own time-out of 15 s.
  patienceMs: 25_000,
  quietMs: 100,
  far: {
    async present({ name }) {
      return (await commands.livekitIdentities(sharedServer(), name)).includes('visitor');
    },
    async joinAsAvatar(room) {
      room.avatar = await joinRaw(sharedServer(), room.name, 'avatar');
      room.avatar.on('dataReceived', (data) => room.received.push(data));
      return 'avatar';
    },
    leave: async (room) => avatarOf(room).disconnect(),
    deliver: (room, data) => avatarOf(room).localParticipant.publishData(data, { reliable: true }),
    async deliverAs(room, id, data) {
      const other = room.others.get(id) ?? (await joinRaw(sharedServer(), room.name, id));
      room.others.set(id, other);
      // Below 2.23.0 the SDK does not name the sender of a packet before the server has announced it, and the server
      // lets those who publish no track wait up to three seconds.
      await until(() => room.made.at(-1)?.room.remoteParticipants.has(id) ?? false);
      await other.localParticipant.publishData(data, { reliable: true });
    },
    received: ({ received }) => received,
    handedOver: ({ made }) => made.flatMap(({ handedOver }) => handedOver),
    addTrack: publish,
    removeTrack: unpublish,
    async replaceTrack(room, kind) {
      // In this order both have a line of their own. The other way round the server gives the new one, half of the
      // times, the line of the old, and the browser the same `MediaStreamTrack` for both.
      const old = room.tracks.get(kind);
      await publish(room, kind);
      if (old !== undefined) await avatarOf(room).localParticipant.unpublishTrack(old);
      old?.stop();
    },
    published: (room) =>
      [...(avatarOf(room).remoteParticipants.get('visitor')?.trackPublications.values() ?? [])].flatMap(
        ({ track, source, isMuted }) =>
          // Until it is subscribed nothing of it arrives.
          track === undefined
            ? []
            : {
                kind: track.kind === livekitClient.Track.Kind.Audio ? 'audio' : 'video',
                source: SOURCES[source],
                muted: isMuted,
                track: track.mediaStreamTrack,
              },
      ),
    sentAtMost(room, wanted) {
      const { localParticipant } = lastMade(room).room;
      const sent = [...localParticipant.trackPublications.values()].find(
        ({ source }) => SOURCES[source] === wanted,
      );
      return sent?.track?.sender?.getParameters().encodings[0]?.maxBitrate;
    },
    publishCalls: ({ made }) => made.reduce((total, { publishCalls }) => total + publishCalls, 0),
    failNextPublish(room) {
      lastMade(room).nextPublish = new livekitClient.PublishTrackError('the server said no', 500);
    },
    async forbidPublish(room) {
      room.token = await commands.livekitToken(sharedServer(), 'visitor', {
        roomJoin: true,
        room: room.name,
        canPublish: false,
        canSubscribe: true,
        canPublishData: true,
      });
    },
    cut: ({ proxyUrl }) => commands.livekitSignal(proxyUrl, 'held', true),
    resume: ({ proxyUrl }) => commands.livekitSignal(proxyUrl, 'open', false),
    async reconnectFully(room) {
      const { room: native } = lastMade(room);
      native.engine.fullReconnectOnNext = true;
      // The attempt under way, which is a resume, fails; the next one starts over.
      await commands.livekitSignal(room.proxyUrl, 'refused', true);
      await until(() => native.state === 'reconnecting');
      await commands.livekitSignal(room.proxyUrl, 'open', false);
    },
    lose: ({ proxyUrl }) => commands.livekitSignal(proxyUrl, 'refused', true),
    endRoom: ({ name }) => commands.livekitEndRoom(sharedServer(), name),
    remove: ({ name }) => commands.livekitRemove(sharedServer(), name, 'visitor'),
    async joinElsewhere(room) {
      room.others.set('visitor', await joinRaw(sharedServer(), room.name, 'visitor'));
    },
    async hangJoin(room) {
      room.url = await commands.livekitHost('silent');
      room.hosts.push(room.url);
    },
    holdJoin(room) {
      const held = commands.livekitSignal(room.proxyUrl, 'held', false);
      return async () => {
        await held;
        await commands.livekitSignal(room.proxyUrl, 'open', false);
      };
    },
    refuseJoin(room) {
      room.tokenIsBad = true;
    },
    failNextSend(room) {
      lastMade(room).nextSend = { fails: new livekitClient.UnexpectedConnectionState('engine closed') };
    },
    holdNextSend(room) {
      let release = () => {};
      const waits = new Promise<void>((resolve) => {
        release = resolve;
      });
      lastMade(room).nextSend = { waits };
      return () => release();
    },
    hangLeave(room) {
      lastMade(room).leavingHangs = true;
    },
  },
};

const SOURCES: Readonly<Record<livekitClient.Track.Source, TrackSource>> = {
  [livekitClient.Track.Source.Microphone]: 'microphone',
  [livekitClient.Track.Source.Camera]: 'camera',
  [livekitClient.Track.Source.ScreenShare]: 'screen',
  [livekitClient.Track.Source.ScreenShareAudio]: 'screen',
  [livekitClient.Track.Source.Unknown]: 'unknown',
};

function lastMade({ made }: Pick<RealRoom, 'made'>): ObservedRoom {
  const observed = made.at(-1);
  if (observed === undefined) throw new Error('no Room was made');
  return observed;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function avatarOf({ avatar }: RealRoom): livekitClient.Room {
  if (avatar === undefined) throw new Error('the avatar has not joined');
  return avatar;
}

async function publish(room: RealRoom, kind: 'audio' | 'video'): Promise<void> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ [kind]: true })).getTracks();
  if (track === undefined) throw new Error(`no fake ${kind} device`);
  room.tracks.set(kind, track);
  const { Camera, Microphone } = livekitClient.Track.Source;
  await avatarOf(room).localParticipant.publishTrack(track, {
    source: kind === 'audio' ? Microphone : Camera,
  });
}

async function unpublish(room: RealRoom, kind: 'audio' | 'video'): Promise<void> {
  const track = room.tracks.get(kind);
  if (track === undefined) throw new Error(`no ${kind} was published`);
  await avatarOf(room).localParticipant.unpublishTrack(track);
}
