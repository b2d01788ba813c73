import {
  type ConnectOptions,
  type ProviderCredentials,
  silentLogger,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import { type LivekitOptions, type LivekitTransport, livekit } from '../../src/index';
import { rtcConfig, sharedServer, tokenFor } from './access';
import type { ServerAccess } from './server-access';

export interface Recorded {
  readonly event: keyof TransportEvents;
  readonly payload: unknown;
}

/** Our transport, and everything that it said. */
export interface Visitor {
  readonly transport: LivekitTransport;
  readonly connection: TransportConnection;
  readonly events: readonly Recorded[];
  all<E extends keyof TransportEvents>(event: E): readonly TransportEvents[E][];
}

export interface VisitorOptions extends Partial<ConnectOptions> {
  readonly server?: ServerAccess;
  readonly url?: string;
  readonly identity?: string;
  readonly token?: string;
  readonly credentials?: Partial<ProviderCredentials['livekit']>;
  readonly adapter?: LivekitOptions;
}

export async function connectVisitor(room: string, options: VisitorOptions = {}): Promise<Visitor> {
  const { server = sharedServer(), identity = 'visitor', adapter, credentials, signal, avatarId } = options;
  const { transport, events, all } = watch(livekit({ rtcConfig, ...adapter }));
  const connection = await transport.connect(
    {
      url: options.url ?? server.url,
      token: options.token ?? (await tokenFor(server, room, identity)),
      ...credentials,
    },
    {
      signal: signal ?? new AbortController().signal,
      logger: silentLogger,
      ...(avatarId !== undefined && { avatarId }),
    },
  );
  return { transport, connection, events, all };
}

export function watch(transport: LivekitTransport): Omit<Visitor, 'connection'> {
  const events: Recorded[] = [];
  const names: { readonly [E in keyof TransportEvents]: true } = {
    packet: true,
    'track-added': true,
    'track-removed': true,
    'playback-blocked': true,
    'participant-joined': true,
    'participant-left': true,
    reconnecting: true,
    reconnected: true,
    quality: true,
    'credentials-expiring': true,
    closed: true,
  };
  for (const event of Object.keys(names) as (keyof TransportEvents)[]) {
    transport.on(event, (payload) => events.push({ event, payload }));
  }
  return {
    transport,
    events,
    all: (event) =>
      events.filter((recorded) => recorded.event === event).map(({ payload }) => payload as never),
  };
}
