import {
  type Logger,
  type ProviderCredentials,
  silentLogger,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import type { AgoraClientDouble, AgoraCloudOptions } from '@avatarwire/simulator/agora';
import { type AgoraOptions, type AgoraTransport, agora } from '../../src/index';
import { DoubleRoom } from './double-room';

/** A transport over the double, before and after it has joined. */
export interface Subject {
  readonly room: DoubleRoom;
  readonly clock: VirtualClock;
  readonly transport: AgoraTransport;
  /** `name` or `name:detail` of everything emitted, `quality` left out. */
  readonly told: string[];
  readonly client: AgoraClientDouble;
  connect(more?: {
    readonly credentials?: Partial<ProviderCredentials['agora']>;
    readonly signal?: AbortSignal;
    readonly logger?: Logger;
  }): Promise<TransportConnection>;
}

export function subject(
  options: AgoraOptions = {},
  cloud: AgoraCloudOptions = {},
  shared?: { readonly room: DoubleRoom; readonly clock: VirtualClock },
): Subject {
  const clock = shared?.clock ?? createVirtualClock();
  const room = shared?.room ?? new DoubleRoom(clock, cloud);
  const transport = agora({ clock, sdk: room.sdk, ...options });
  const told: string[] = [];
  const tell = <E extends keyof TransportEvents>(
    event: E,
    detail: (payload: TransportEvents[E]) => unknown,
  ) => transport.on(event, (payload) => told.push(`${event}:${String(detail(payload))}`));
  tell('packet', ({ from, data }) => `${from} ${data.join()}`);
  tell('track-added', ({ track }) => track.kind);
  tell('track-removed', ({ track }) => track.kind);
  tell('participant-joined', ({ id }) => id);
  tell('participant-left', ({ id }) => id);
  tell('reconnecting', () => '');
  tell('reconnected', ({ lossy }) => (lossy ? 'lossy' : 'whole'));
  tell('playback-blocked', ({ kind }) => kind);
  tell('credentials-expiring', ({ inMs }) => inMs);
  tell('closed', ({ reason }) => reason);
  return {
    room,
    clock,
    transport,
    told,
    get client() {
      return room.client;
    },
    connect({ credentials, signal = new AbortController().signal, logger = silentLogger } = {}) {
      const connecting = transport.connect({ ...room.credentials(), ...credentials }, { signal, logger });
      connecting.catch(() => {});
      return connecting;
    },
  };
}

/** Joined, and everybody who was there announced. */
export async function joined(
  options: AgoraOptions = {},
  before: (room: DoubleRoom) => void = () => {},
  cloud: AgoraCloudOptions = {},
): Promise<Subject> {
  const made = subject(options, cloud);
  before(made.room);
  await made.clock.run(made.connect());
  await made.clock.advance(200);
  return made;
}
