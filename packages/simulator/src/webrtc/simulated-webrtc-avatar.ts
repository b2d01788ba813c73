import {
  AvatarError,
  type AvatarTransport,
  type ConnectionDetails,
  type SessionSource,
} from '@avatarwire/core';
import { type Signalling, webrtc } from '@avatarwire/webrtc';
import type { SimulatedAvatar } from '../avatar';
import { servedAs } from '../served-as';
import { createNetwork } from './cut';
import { type SimulatedWebRtcAvatarOptions, toSettings } from './options';
import { createRoom, type Room } from './room';

export interface SimulatedWebRtcAvatar {
  /** For `transports: { webrtc: simulator.transport }`: a fresh transport to the service session opened last. */
  readonly transport: () => AvatarTransport<'webrtc'>;
  /** For `source`: opens and closes service sessions. Each gets an avatar of its own. */
  readonly source: SessionSource;
  /** The avatar of the service session opened last; undefined before the first. */
  readonly avatar: SimulatedAvatar | undefined;
  /** What the visitor's devices send to that avatar, as it arrives there. Never stop one. */
  readonly received: readonly MediaStreamTrack[];
  /** Calls `listener` with each new avatar. */
  onAvatar(listener: (avatar: SimulatedAvatar) => void): () => void;
  /** Service sessions: what an account would be billed for. */
  readonly service: { readonly opened: number; readonly closed: number; readonly open: number };
  /**
   * The network goes, without a word: the transport reports `reconnecting`, and closes with `network-lost` when it
   * stays away too long. Packets wait and media stops; nobody answers a new connection.
   */
  cut(): void;
  /** The network is back, and what waited is delivered. */
  resume(): void;
  /** The avatar says goodbye and leaves. Plain WebRTC has no room that would outlive it: the transport closes with `room-ended`. */
  leave(): Promise<void>;
  /** It takes new connections again. */
  return(): Promise<void>;
  /** Ends all service sessions; nothing is left open. */
  close(): Promise<void>;
}

const AVATAR_ID = 'avatar';

/**
 * An avatar that lives in the page: a real `RTCPeerConnection` with a real video track of a drawn face, a real audio
 * track of a synthesised voice, and a data channel. No account, no network, no assets.
 *
 * ```ts
 * const simulator = simulatedWebRtcAvatar();
 * const session = createAvatarSession({ transports: { webrtc: simulator.transport }, source: simulator.source });
 * ```
 *
 * One simulator serves one `AvatarSession` at a time. In a hidden tab the browser paints no canvas, so the picture
 * stands still; voice, packets and answers go on, up to a second late where they wait for a timer. Before the first
 * click or key on the page the browser keeps the voice silent.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function simulatedWebRtcAvatar(options: SimulatedWebRtcAvatarOptions = {}): SimulatedWebRtcAvatar {
  const settings = toSettings(options);
  const served = servedAs(settings.avatar.dialect);
  const network = createNetwork();
  const rooms = new Map<string, Room>();
  const expiries = new Map<string, () => void>();
  const listeners = new Set<(avatar: SimulatedAvatar) => void>();
  let latest: Room | undefined;
  let opened = 0;
  let closed = 0;

  async function end(id: string): Promise<void> {
    const room = rooms.get(id);
    if (room === undefined) return;
    rooms.delete(id);
    expiries.get(id)?.();
    expiries.delete(id);
    closed += 1;
    await room.close();
  }

  const source: SessionSource = {
    async open({ provider }, { signal }) {
      signal.throwIfAborted();
      if (provider !== 'webrtc') {
        throw new AvatarError('unsupported', `This simulator serves webrtc, not ${provider}.`, { provider });
      }
      opened += 1;
      const room = createRoom(`simulated-${opened}`, settings, network);
      rooms.set(room.id, room);
      latest = room;
      if (settings.expiresInMs !== undefined) {
        expiries.set(
          room.id,
          settings.clock.schedule(() => void end(room.id), settings.expiresInMs),
        );
      }
      for (const listener of [...listeners]) listener(room.avatar);
      return {
        provider,
        credentials: {},
        service: served.name,
        sessionId: room.id,
        ...(room.avatar.behaviour.namedInDetails && { avatarId: AVATAR_ID }),
        ...(settings.expiresInMs !== undefined && { expiresInMs: settings.expiresInMs }),
      };
    },
    async close({ sessionId }) {
      if (sessionId !== undefined) await end(sessionId);
    },
    ...(served.takesCalls && { call }),
  };

  async function call({ sessionId }: ConnectionDetails, action: string, body: unknown): Promise<unknown> {
    const room = sessionId === undefined ? undefined : rooms.get(sessionId);
    if (!room) throw new AvatarError('session-gone', 'The service session is over.', { provider: 'webrtc' });
    room.avatar.call(action, body);
    return {};
  }

  /** Finds its room when the transport opens it, so that a transport may be made before its service session. */
  function createSignalling(): Signalling {
    let local: Signalling | undefined;
    return {
      role: 'offerer',
      open(remote, openOptions) {
        if (latest === undefined || !rooms.has(latest.id)) {
          throw new AvatarError('session-gone', 'No service session is open: `source.open()` comes first.');
        }
        local = latest.join();
        return local.open(remote, openOptions);
      },
      async sendDescription(description, sendOptions) {
        await network.whenUp();
        await local?.sendDescription(description, sendOptions);
      },
      async sendCandidate(candidate, sendOptions) {
        await network.whenUp();
        await local?.sendCandidate(candidate, sendOptions);
      },
      close: () => local?.close(),
    };
  }

  return {
    transport: () =>
      webrtc({
        signalling: createSignalling(),
        remoteId: AVATAR_ID,
        clock: settings.clock,
        peerConnection: (configuration) => network.watch(new RTCPeerConnection(configuration)),
      }),
    source,
    get avatar() {
      return latest?.avatar;
    },
    get received() {
      return latest?.received ?? [];
    },
    onAvatar(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get service() {
      return { opened, closed, open: rooms.size };
    },
    cut() {
      network.cut();
      latest?.showTracks(false);
    },
    resume() {
      latest?.showTracks(true);
      network.resume();
    },
    async leave() {
      await latest?.avatar.leave();
    },
    async return() {
      await latest?.avatar.return();
    },
    async close() {
      listeners.clear();
      await Promise.all([...rooms.keys()].map(end));
      network.close();
    },
  };
}
