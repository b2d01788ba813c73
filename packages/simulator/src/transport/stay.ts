import {
  AvatarError,
  type AvatarTransport,
  type Clock,
  type Logger,
  type Provider,
  type ProviderCredentials,
  ratePolicies,
  type TransportCloseReason,
} from '@avatarwire/core';
import { createPace } from './pace';

/** The avatar in a room, from joining to leaving: one connection. */
export interface Stay {
  /** The avatar's participant id, as the others see it. */
  readonly id: string;
  readonly transport: AvatarTransport;
  /** At the pace that the network allows; waits while it reconnects. Rejects once the stay is over. */
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  leave(): Promise<void>;
}

export interface StayOptions<P extends Provider> {
  readonly transport: AvatarTransport<P>;
  readonly credentials: ProviderCredentials[P];
  /** Packets go to this participant alone. */
  readonly visitorId: string | undefined;
  readonly face: MediaStreamTrack;
  readonly voice: MediaStreamTrack;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  onPacket(packet: { readonly data: Uint8Array; readonly from: string }): void;
  /** It ended, and nobody here asked for it. */
  onGone(reason: TransportCloseReason): void;
}

/**
 * Joins and publishes face and voice: both, or it leaves again.
 *
 * @throws AvatarError `unsupported` where the adapter or these credentials permit no sending; else as the transport
 */
export async function startStay<P extends Provider>(options: StayOptions<P>): Promise<Stay> {
  const { transport, visitorId, clock, logger, signal } = options;
  const { provider, publishing } = transport;
  const pace = createPace(policyOf(transport), clock);
  let over: TransportCloseReason | undefined;
  /** It was in the room for whoever waits for it, and nobody asked it to leave. */
  let settled = false;
  const undo = [
    transport.on('packet', options.onPacket),
    transport.on('reconnecting', pace.hold),
    transport.on('reconnected', pace.release),
    transport.on('closed', ({ reason }) => {
      end(reason);
      if (settled) options.onGone(reason);
    }),
  ];

  function end(reason: TransportCloseReason): void {
    over ??= reason;
    pace.close();
    for (const remove of undo.splice(0)) remove();
  }

  async function leave(): Promise<void> {
    settled = false;
    await transport.close();
    end('requested');
  }

  try {
    if (publishing === undefined)
      throw new AvatarError('unsupported', `The adapter for ${provider} publishes no tracks.`, { provider });
    const { localId, canSend } = await transport.connect(options.credentials, {
      signal,
      logger,
      ...(visitorId !== undefined && { avatarId: visitorId }),
    });
    if (!canSend)
      throw new AvatarError('unsupported', "The avatar's credentials do not permit sending.", { provider });
    await publishing.publish('camera', options.face);
    await publishing.publish('microphone', options.voice);
    signal.throwIfAborted();
    if (over !== undefined)
      throw new AvatarError('network', `The avatar's connection ended while it joined: ${over}.`, {
        provider,
      });
    settled = true;
    return {
      id: localId,
      transport,
      async send(packet) {
        await pace.turn(packet.byteLength);
        await transport.send(packet);
      },
      leave,
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

function policyOf({ capabilities, provider }: AvatarTransport) {
  const known: Readonly<Partial<Record<string, (typeof ratePolicies)[keyof typeof ratePolicies]>>> =
    ratePolicies;
  return capabilities.policy ?? known[provider] ?? ratePolicies.memory;
}
