import {
  AvatarError,
  type AvatarTransport,
  type Logger,
  type Provider,
  type ProviderCredentials,
  silentLogger,
  type TransportCloseReason,
} from '@avatarwire/core';
import type { SimulatedAvatar } from '../avatar';
import { createFigure, type FigureOptions, toFigureSettings } from '../figure';
import { type Stay, startStay } from './stay';

export interface TransportAvatarOptions<P extends Provider> extends FigureOptions {
  /** A fresh transport for each stay in the room. It must be one that can publish. */
  readonly transport: () => AvatarTransport<P> | Promise<AvatarTransport<P>>;
  /** The avatar's own, with the right to publish and to send; a function is asked at each stay. */
  readonly credentials:
    | ProviderCredentials[P]
    | (() => ProviderCredentials[P] | Promise<ProviderCredentials[P]>);
  /** The avatar's packets go to this participant alone, where the network can do that. @default everyone in the room */
  readonly visitorId?: string;
  /** The connection ended by itself: lost, kicked, or the room was ended. `return()` joins again. */
  readonly onGone?: (reason: TransportCloseReason) => void;
  /** Gives up joining. */
  readonly signal?: AbortSignal;
  /** @default silent */
  readonly logger?: Logger;
}

export interface TransportAvatar {
  readonly avatar: SimulatedAvatar;
  /** Its participant id in the room, of this stay or the last. */
  readonly id: string;
  /** Whether it is in the room. */
  readonly present: boolean;
  /** Of the present stay. */
  readonly transport: AvatarTransport | undefined;
  /** Drawn face and synthesised voice. They live until `close()`, through every stay. */
  readonly tracks: readonly MediaStreamTrack[];
  /** Leaves the room; `return()` joins it again, over a fresh transport. */
  leave(): Promise<void>;
  return(): Promise<void>;
  /** Leaves for good, and ends tracks, sound and timers. From any state, any number of times. */
  close(): Promise<void>;
}

interface Packet {
  readonly data: Uint8Array;
  readonly from: string;
}

/**
 * The simulated avatar as a participant over any transport that can publish: a drawn face and a synthesised voice as
 * real tracks, and the avatar's protocol. For browsers.
 *
 * ```ts
 * const avatar = await startTransportAvatar({ transport: () => livekit(), credentials: { url, token } });
 * avatar.avatar.say('Hello.');
 * await avatar.close();
 * ```
 *
 * Resolves when it has joined and both tracks are published.
 *
 * @throws AvatarError `invalid-argument` naming the option, `unsupported`, and whatever the transport's `connect`
 * and `publish` reject with; `signal.reason` after an abort. Nothing stays open.
 */
export async function startTransportAvatar<P extends Provider>(
  options: TransportAvatarOptions<P>,
): Promise<TransportAvatar> {
  const settings = toFigureSettings(options);
  const { logger = silentLogger } = options;
  const listeners = new Set<(packet: Packet) => void>();
  /** What comes while it still joins: an answer could not leave yet. */
  let early: Packet[] = [];
  const closed = new AbortController();
  let stay: Stay | undefined;
  let id = '';
  let closing: Promise<void> | undefined;
  /** Joining and leaving, one after the other. */
  let moves: Promise<unknown> = Promise.resolve();

  const inTurn = (move: () => Promise<void>): Promise<void> => {
    const done = moves.then(move);
    moves = done.catch(() => {});
    return done;
  };

  const figure = createFigure(settings, {
    send: (packet) => stay?.send(packet),
    onPacket(listener) {
      listeners.add(listener);
      hearEarly();
      return () => listeners.delete(listener);
    },
    leave: () => inTurn(leave),
    return: () => inTurn(() => join(closed.signal)),
  });
  const { avatar } = figure;

  function hear(packet: Packet): void {
    if (stay === undefined || listeners.size === 0) early.push(packet);
    else for (const listener of [...listeners]) listener(packet);
  }

  function hearEarly(): void {
    const packets = early;
    early = [];
    for (const packet of packets) hear(packet);
  }

  async function join(signal: AbortSignal): Promise<void> {
    if (stay !== undefined) return;
    early = [];
    const joined = await startStay({
      ...figure,
      visitorId: options.visitorId,
      clock: settings.clock,
      logger,
      signal,
      transport: await options.transport(),
      credentials: await (isAsked(options.credentials) ? options.credentials() : options.credentials),
      onPacket: hear,
      onGone(reason) {
        stay = undefined;
        logger.info('simulated avatar: gone', { reason });
        void avatar.leave();
        options.onGone?.(reason);
      },
    });
    stay = joined;
    id = joined.id;
    hearEarly();
  }

  async function leave(): Promise<void> {
    const left = stay;
    stay = undefined;
    await left?.leave();
  }

  async function close(): Promise<void> {
    closed.abort(new AvatarError('not-connected', 'The simulated avatar is closed.'));
    await inTurn(leave);
    listeners.clear();
    await figure.close();
  }

  try {
    const { signal } = options;
    await inTurn(() => join(signal ?? closed.signal));
  } catch (error) {
    await figure.close();
    throw error;
  }
  logger.info('simulated avatar: joined', { id });

  return {
    avatar,
    get id() {
      return id;
    },
    get present() {
      return stay !== undefined;
    },
    get transport() {
      return stay?.transport;
    },
    tracks: [figure.face, figure.voice],
    leave: () => avatar.leave(),
    return: () => avatar.return(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function isAsked<T extends object>(
  credentials: T | (() => T | Promise<T>),
): credentials is () => T | Promise<T> {
  return typeof credentials === 'function';
}
