/** A transport over doubles, and everything that it said. */

import {
  type AvatarError,
  type ConnectOptions,
  isAvatarError,
  type ProviderCredentials,
  silentLogger,
  type TransportEvents,
} from '@avatarwire/core';
import { type WebrtcOptions, webrtc } from '../src/index';
import { createManualClock } from './manual-clock';
import { ChannelDouble, PeerDouble, remoteDescription } from './peer-double';
import { createSignallingDouble, type SignallingDoubleOptions } from './signalling-double';

const EVENTS = [
  'packet',
  'track-added',
  'track-removed',
  'participant-joined',
  'participant-left',
  'reconnecting',
  'reconnected',
  'closed',
] as const satisfies (keyof TransportEvents)[];

export interface StageOptions extends SignallingDoubleOptions {
  readonly credentials?: ProviderCredentials['webrtc'];
  readonly options?: Partial<WebrtcOptions>;
  readonly connect?: Partial<ConnectOptions>;
  /** By `connect.call`, without a signalling. */
  readonly overCalls?: boolean;
}

export function createStage({
  credentials = {},
  options,
  connect,
  overCalls,
  ...signallingOptions
}: StageOptions = {}) {
  const clock = createManualClock();
  const signalling = createSignallingDouble(signallingOptions);
  const peers: PeerDouble[] = [];
  const transport = webrtc({
    ...(!overCalls && { signalling }),
    clock,
    peerConnection(configuration) {
      const peer = new PeerDouble(configuration);
      peers.push(peer);
      return peer;
    },
    ...options,
  });
  const events: { readonly event: string; readonly payload: unknown }[] = [];
  for (const event of EVENTS) transport.on(event, (payload) => events.push({ event, payload }));
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (...line: unknown[]) => warnings.push(line) };

  const stage = {
    transport,
    signalling,
    clock,
    events,
    warnings,
    names: () => events.map(({ event }) => event),
    get peer(): PeerDouble {
      return peers[0] ?? fail('There is no peer connection yet.');
    },
    get channel(): ChannelDouble {
      return stage.peer.channels[0] ?? fail('There is no channel yet.');
    },
    connect: (more: Partial<ConnectOptions> = {}) =>
      transport.connect(credentials, { signal: new AbortController().signal, logger, ...connect, ...more }),
    /** Connected as the end that offers. */
    async connected() {
      const connecting = stage.connect();
      await settle();
      signalling.remote.description(remoteDescription('answer'));
      await settle();
      stage.peer.become('connected');
      stage.channel.open();
      return connecting;
    },
    /** Connected as the end that answers. */
    async connectedAsAnswerer() {
      const connecting = stage.connect();
      await settle();
      signalling.remote.description(remoteDescription('offer'));
      await settle();
      stage.peer.become('connected');
      const channel = new ChannelDouble('avatarwire');
      stage.peer.channels.push(channel);
      stage.peer.emit('datachannel', { channel });
      channel.open();
      return connecting;
    },
  };
  return stage;
}

/** Lets everything that waits for promises alone go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** What a promise rejects with, as an AvatarError. */
export async function errorOf(promise: Promise<unknown>): Promise<AvatarError> {
  const reason: unknown = await promise.then(
    () => fail('It resolved.'),
    (error: unknown) => error,
  );
  return isAvatarError(reason) ? reason : fail(`It is no AvatarError: ${String(reason)}`);
}

export function fail(problem: string): never {
  throw new Error(problem);
}
