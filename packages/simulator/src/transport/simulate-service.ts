import {
  AvatarError,
  type AvatarTransport,
  type ConnectionDetails,
  type Logger,
  type Provider,
  type ProviderCredentials,
  type SessionSource,
  silentLogger,
} from '@avatarwire/core';
import type { SimulatedAvatar } from '../avatar';
import { checkWhole, type FigureOptions, toFigureSettings } from '../figure';
import { randomName } from '../random';
import { servedAs } from '../served-as';
import { startTransportAvatar, type TransportAvatar } from './transport-avatar';

export interface SimulateServiceOptions<P extends Provider> extends FigureOptions {
  /** The only provider whose rooms it opens. */
  readonly provider: P;
  /** A fresh transport, for the avatar and for the visitor. */
  readonly transport: () => AvatarTransport<P> | Promise<AvatarTransport<P>>;
  /** Lets `who` into `room`: asked for each stay of the avatar, and once for the visitor. */
  readonly credentials: (
    room: string,
    who: string,
  ) => ProviderCredentials[P] | Promise<ProviderCredentials[P]>;
  /** Names in the room, as given to `credentials`. @default 'avatar' and 'visitor' */
  readonly avatarId?: string;
  readonly visitorId?: string;
  /** How long a service session lives; then the avatar leaves. @default without end */
  readonly expiresInMs?: number;
  /** The avatar joins this long after the details are given. @default it is in the room before */
  readonly avatarDelayMs?: number;
  /** @default silent */
  readonly logger?: Logger;
}

export interface SimulatedServiceOver<P extends Provider> {
  /** For `transports`: a fresh transport for the visitor. */
  readonly transport: () => AvatarTransport<P> | Promise<AvatarTransport<P>>;
  /** For `source`: opens and closes service sessions. Each gets a room and an avatar of its own. */
  readonly source: SessionSource;
  /** The avatar that came last; undefined before the first has joined. */
  readonly avatar: SimulatedAvatar | undefined;
  /** Calls `listener` with each new avatar, once it has joined. */
  onAvatar(listener: (avatar: SimulatedAvatar) => void): () => void;
  /** Service sessions: what an account would be billed for. */
  readonly service: { readonly opened: number; readonly closed: number; readonly open: number };
  /** The avatar that came last leaves its room, and comes back over a fresh transport. */
  leave(): Promise<void>;
  return(): Promise<void>;
  /** Ends all service sessions; nothing is left open. */
  close(): Promise<void>;
}

/** One service session: its room, and how the avatar that comes into it is taken out again. */
interface Rented {
  readonly room: string;
  readonly ending: AbortController;
  arrival: Promise<TransportAvatar | undefined>;
  readonly timers: (() => void)[];
}

/**
 * An avatar service over any network: whoever opens a service session finds a simulated avatar in a fresh room.
 *
 * ```ts
 * const cloud = createAgoraCloud();
 * const simulator = simulateService({
 *   provider: 'agora',
 *   transport: () => agora({ sdk: cloud.sdk }),
 *   credentials: (room, who) => cloud.credentials(room, who),
 * });
 * const session = createAvatarSession({ transports: { agora: simulator.transport }, source: simulator.source });
 * ```
 *
 * For browsers: the avatar lives in the page.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function simulateService<P extends Provider>(
  options: SimulateServiceOptions<P>,
): SimulatedServiceOver<P> {
  const { provider, avatarId = 'avatar', visitorId = 'visitor', expiresInMs, avatarDelayMs } = options;
  const { clock, avatar: avatarOptions } = toFigureSettings(options);
  const served = servedAs(avatarOptions.dialect);
  if (expiresInMs !== undefined) checkWhole('expiresInMs', expiresInMs, 1, 2 ** 31 - 1);
  if (avatarDelayMs !== undefined) checkWhole('avatarDelayMs', avatarDelayMs, 0, 2 ** 31 - 1);
  const { logger = silentLogger } = options;
  const rented = new Map<string, Rented>();
  const listeners = new Set<(avatar: SimulatedAvatar) => void>();
  let latest: TransportAvatar | undefined;
  let opened = 0;
  let closed = 0;

  function rent(): Rented {
    opened += 1;
    const room = `simulated-${opened}-${randomName(avatarOptions.random ?? Math.random, 12)}`;
    const session: Rented = {
      room,
      ending: new AbortController(),
      arrival: Promise.resolve(undefined),
      timers: [],
    };
    rented.set(room, session);
    if (expiresInMs !== undefined) session.timers.push(clock.schedule(() => void end(room), expiresInMs));
    return session;
  }

  async function arrive({ room, ending }: Rented): Promise<TransportAvatar> {
    const arrived = await startTransportAvatar({
      ...options,
      credentials: () => options.credentials(room, avatarId),
      signal: ending.signal,
    });
    latest = arrived;
    for (const listener of [...listeners]) listener(arrived.avatar);
    return arrived;
  }

  async function letIn(session: Rented): Promise<TransportAvatar | undefined> {
    if (avatarDelayMs === undefined) {
      session.arrival = arrive(session);
      return session.arrival;
    }
    const later = () => {
      session.arrival = arrive(session).catch((error: unknown) => {
        if (!session.ending.signal.aborted) logger.error('the simulated avatar did not come', { error });
        return undefined;
      });
    };
    session.timers.push(clock.schedule(later, avatarDelayMs));
    return undefined;
  }

  async function end(room: string | undefined): Promise<void> {
    const session = room === undefined ? undefined : rented.get(room);
    if (session === undefined) return;
    rented.delete(session.room);
    closed += 1;
    for (const cancel of session.timers) cancel();
    session.ending.abort(new AvatarError('session-gone', 'The service session is over.', { provider }));
    const arrived = await session.arrival.catch(() => undefined);
    await arrived?.close();
  }

  async function open(signal: AbortSignal): Promise<Details<P>> {
    signal.throwIfAborted();
    const session = rent();
    const { room, ending } = session;
    const abort = () => ending.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      const arrived = await letIn(session);
      const credentials = await options.credentials(room, visitorId);
      ending.signal.throwIfAborted();
      return {
        provider,
        credentials,
        service: served.name,
        sessionId: room,
        ...(avatarOptions.behaviour?.namedInDetails && { avatarId: arrived?.id ?? avatarId }),
        ...(expiresInMs !== undefined && { expiresInMs }),
      };
    } catch (error) {
      await end(room);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async function call(
    { sessionId }: ConnectionDetails,
    action: string,
    body: unknown,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<unknown> {
    signal.throwIfAborted();
    const session = sessionId === undefined ? undefined : rented.get(sessionId);
    if (!session) throw new AvatarError('session-gone', 'The service session is over.', { provider });
    (await session.arrival)?.avatar.call(action, body);
    return {};
  }

  return {
    transport: options.transport,
    source: {
      async open(wanted, { signal }) {
        if (wanted.provider === provider) return (await open(signal)) as ConnectionDetails;
        throw new AvatarError('unsupported', `This simulator serves ${provider}, not ${wanted.provider}.`, {
          provider: wanted.provider,
        });
      },
      close: ({ sessionId }) => end(sessionId),
      ...(served.takesCalls && { call }),
    },
    get avatar() {
      return latest?.avatar;
    },
    onAvatar(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get service() {
      return { opened, closed, open: rented.size };
    },
    async leave() {
      await latest?.leave();
    },
    async return() {
      await latest?.return();
    },
    async close() {
      listeners.clear();
      await Promise.all([...rented.keys()].map(end));
    },
  };
}

type Details<P extends Provider> = Pick<
  ConnectionDetails,
  'service' | 'sessionId' | 'avatarId' | 'expiresInMs'
> & { readonly provider: P; readonly credentials: ProviderCredentials[P] };
