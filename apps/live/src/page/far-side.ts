/**
 * The avatar's side: participants that do what the visitor's page tells them, over the same cloud. Everything that
 * goes in and out is JSON, because it may live in another page.
 */

import {
  type AvatarTransport,
  type Provider,
  type ProviderCredentials,
  silentLogger,
  type TransportEvents,
} from '@avatarwire/core';
import { startTransportAvatar, type TransportAvatar } from '@avatarwire/simulator/transport';
import type { LiveProvider, NativeMessage } from '../live-provider';
import { fakeTrack } from './fake-track';
import type { PageCloud } from './page-cloud';

/** One participant of one room. */
export interface Seat {
  readonly room: string;
  readonly who: string;
}

export interface AvatarReport {
  readonly texts: readonly string[];
  readonly commands: readonly string[];
  readonly violations: readonly string[];
}

export type Kind = 'audio' | 'video';

export interface FarSide {
  /** Resolves with its participant id. What it receives goes to the visitor's page. */
  join(seat: Seat): Promise<string>;
  leave(seat: Seat): Promise<void>;
  /** Whether it sees `id` in the room. */
  sees(seat: Seat, id: string): Promise<boolean>;
  send(seat: Seat, bytes: readonly number[]): Promise<void>;
  /** What the vendor's own event brought it, in the order of arrival. */
  heard(seat: Seat): Promise<readonly NativeMessage[]>;
  publish(seat: Seat, kind: Kind): Promise<void>;
  unpublish(seat: Seat, kind: Kind): Promise<void>;
  replace(seat: Seat, kind: Kind): Promise<void>;
  /** The simulated avatar, with face, voice and protocol. Resolves with its participant id. */
  startAvatar(seat: Seat): Promise<string>;
  avatarReport(seat: Seat): Promise<AvatarReport>;
  stopAvatar(seat: Seat): Promise<void>;
}

interface Stay {
  readonly transport: AvatarTransport;
  readonly present: Set<string>;
  readonly heard: NativeMessage[];
  readonly tracks: Map<Kind, MediaStreamTrack>;
}

const SOURCES = { audio: 'microphone', video: 'camera' } as const;

/** @param tell hears every packet of every participant here */
export function createFarSide<P extends Provider>(
  provider: LiveProvider<P>,
  cloud: PageCloud<P>,
  tell: (seat: Seat, bytes: readonly number[]) => void,
): FarSide {
  const stays = new Map<string, Stay>();
  const avatars = new Map<string, TransportAvatar>();

  function stay(seat: Seat): Stay {
    const found = stays.get(keyOf(seat));
    if (found === undefined) throw new Error(`${seat.who} has not joined ${seat.room}.`);
    return found;
  }

  function avatar(seat: Seat): TransportAvatar {
    const found = avatars.get(keyOf(seat));
    if (found === undefined) throw new Error(`There is no avatar ${seat.who} in ${seat.room}.`);
    return found;
  }

  return {
    async join(seat) {
      const transport = cloud.transport();
      const joining: Stay = { transport, present: new Set(), heard: [], tracks: new Map() };
      listen(transport, 'packet', ({ data }) => tell(seat, [...data]));
      listen(transport, 'participant-joined', ({ id }) => joining.present.add(id));
      listen(transport, 'participant-left', ({ id }) => joining.present.delete(id));
      stays.set(keyOf(seat), joining);
      const credentials: ProviderCredentials[P] = await cloud.credentials(seat.room, seat.who);
      const signal = new AbortController().signal;
      const { localId } = await transport.connect(credentials, { signal, logger: silentLogger });
      provider.observe(transport.native, (message) => joining.heard.push(message));
      return localId;
    },
    async leave(seat) {
      const left = stays.get(keyOf(seat));
      stays.delete(keyOf(seat));
      await left?.transport.close();
      for (const track of left?.tracks.values() ?? []) track.stop();
    },
    sees: async (seat, id) => stay(seat).present.has(id),
    send: (seat, bytes) => stay(seat).transport.send(Uint8Array.from(bytes)),
    heard: async (seat) => stay(seat).heard,
    async publish(seat, kind) {
      const { transport, tracks } = stay(seat);
      const track = fakeTrack(kind);
      tracks.set(kind, track);
      await transport.publishing?.publish(SOURCES[kind], track);
    },
    async unpublish(seat, kind) {
      const { transport, tracks } = stay(seat);
      await transport.publishing?.unpublish(SOURCES[kind]);
      tracks.get(kind)?.stop();
    },
    async replace(seat, kind) {
      const { transport, tracks } = stay(seat);
      const before = tracks.get(kind);
      const track = fakeTrack(kind);
      tracks.set(kind, track);
      // Not `replace`: what the others must see is one track going and another coming.
      await transport.publishing?.unpublish(SOURCES[kind]);
      await transport.publishing?.publish(SOURCES[kind], track);
      before?.stop();
    },
    async startAvatar(seat) {
      const started = await startTransportAvatar({
        transport: () => cloud.transport(),
        credentials: () => cloud.credentials(seat.room, seat.who),
      });
      avatars.set(keyOf(seat), started);
      return started.id;
    },
    async avatarReport(seat) {
      const { messages, commands, violations } = avatar(seat).avatar.heard;
      return {
        texts: messages.map(({ text }) => text),
        commands: commands.map(({ name }) => name),
        violations: violations.map(({ problem }) => problem),
      };
    },
    async stopAvatar(seat) {
      await avatars.get(keyOf(seat))?.close();
      avatars.delete(keyOf(seat));
    },
  };
}

function keyOf({ room, who }: Seat): string {
  return `${room}\n${who}`;
}

function listen<E extends keyof TransportEvents>(
  transport: AvatarTransport,
  event: E,
  listener: (payload: TransportEvents[E]) => void,
): void {
  transport.on(event, listener);
}
