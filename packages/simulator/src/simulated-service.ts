/** The paid side of the simulator: it opens and closes service sessions and counts what they cost. */

import {
  AvatarError,
  type Clock,
  type CloseReason,
  type ConnectionDetails,
  type SessionSource,
} from '@avatarwire/core';
import { type Random, randomName } from './random';

export interface ServiceSessionRecord {
  readonly id: string;
  readonly room: string;
  /** Milliseconds on the clock's `now`. */
  readonly openedAt: number;
  /** When it was closed, or expired. */
  readonly endedAt: number | undefined;
  readonly ended: 'closed' | 'expired' | undefined;
  /** Why the client closed it. */
  readonly reason: CloseReason | undefined;
  /** The page was going away. */
  readonly keepalive: boolean;
  /** How often the client closed it; once is right. */
  readonly closeCalls: number;
}

export interface SimulatedService {
  /** Every service session ever opened, oldest first. */
  readonly sessions: readonly ServiceSessionRecord[];
  /** How many stand open. Zero at the end of a test, or somebody pays for nothing. */
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
  /**
   * Seconds charged so far. As at AKOOL, the whole duration is charged at the start and what was not used is given
   * back when the session is closed; one that nobody closes costs all of it.
   */
  readonly costSeconds: number;
  /** The next `open` is refused with this. @default service-busy */
  refuseNext(error?: AvatarError): void;
}

interface ServiceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly durationMs: number;
  /** How long a call takes, in milliseconds. */
  readonly callMs: number;
  readonly avatarId: string | undefined;
  /** Its name in connection details. */
  readonly name: string;
  /** What comes over REST, where the service takes anything. May throw. */
  readonly onCall?: (action: string, body: unknown) => void;
  onOpened(room: string): void;
  onEnded(room: string, why: 'closed' | 'expired'): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface ServiceWithSource {
  readonly service: SimulatedService;
  readonly source: SessionSource;
  /** Cancels what is scheduled. */
  stop(): void;
}

export function createSimulatedService(options: ServiceOptions): ServiceWithSource {
  const { clock, random, durationMs } = options;
  const sessions: Mutable<ServiceSessionRecord>[] = [];
  const expiries = new Map<string, () => void>();
  let refusal: AvatarError | undefined;

  const call = () =>
    new Promise<void>((resolve) => {
      clock.schedule(resolve, options.callMs);
    });

  function end(session: Mutable<ServiceSessionRecord>, why: 'closed' | 'expired'): void {
    session.ended = why;
    session.endedAt = clock.now();
    expiries.get(session.id)?.();
    expiries.delete(session.id);
    options.onEnded(session.room, why);
  }

  function open(): ServiceSessionRecord {
    const id = randomName(random, 12);
    const session: Mutable<ServiceSessionRecord> = {
      id,
      room: `room-${id}`,
      openedAt: clock.now(),
      endedAt: undefined,
      ended: undefined,
      reason: undefined,
      keepalive: false,
      closeCalls: 0,
    };
    sessions.push(session);
    expiries.set(
      id,
      clock.schedule(() => end(session, 'expired'), durationMs),
    );
    options.onOpened(session.room);
    return session;
  }

  async function callSession(
    { sessionId }: ConnectionDetails,
    action: string,
    body: unknown,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<unknown> {
    await call();
    signal.throwIfAborted();
    const session = sessions.find(({ id }) => id === sessionId);
    if (!session || session.ended)
      throw new AvatarError('session-gone', 'The simulated service knows no such session.');
    options.onCall?.(action, body);
    return {};
  }

  const chargedMs = ({ openedAt, endedAt, ended }: ServiceSessionRecord) =>
    ended === 'closed' && endedAt !== undefined ? endedAt - openedAt : durationMs;

  return {
    service: {
      sessions,
      get open() {
        return sessions.filter(({ ended }) => ended === undefined).length;
      },
      get opened() {
        return sessions.length;
      },
      get closed() {
        return sessions.filter(({ ended }) => ended === 'closed').length;
      },
      get costSeconds() {
        return sessions.reduce((total, session) => total + chargedMs(session), 0) / 1_000;
      },
      refuseNext(
        error = new AvatarError('service-busy', 'The simulated service is busy.', {
          service: 'simulator',
          serviceCode: 1215,
          retryAfterMs: 1_000,
        }),
      ) {
        refusal = error;
      },
    },
    source: {
      async open({ provider }): Promise<ConnectionDetails> {
        if (provider !== 'memory')
          throw new AvatarError(
            'unsupported',
            'The simulated service opens rooms of the memory network only.',
          );
        await call();
        const refused = refusal;
        refusal = undefined;
        if (refused) throw refused;
        const { id, room } = open();
        return {
          provider,
          credentials: { room },
          service: options.name,
          sessionId: id,
          expiresInMs: durationMs,
          ...(options.avatarId !== undefined && { avatarId: options.avatarId }),
        };
      },
      async close({ sessionId }, { reason, keepalive }) {
        const session = sessions.find(({ id }) => id === sessionId);
        if (!session) throw new AvatarError('session-gone', 'The simulated service knows no such session.');
        session.closeCalls += 1;
        await call();
        if (session.ended) return;
        session.reason = reason;
        session.keepalive = keepalive;
        end(session, 'closed');
      },
      ...(options.onCall && { call: callSession }),
    },
    stop() {
      for (const cancel of expiries.values()) cancel();
      expiries.clear();
    },
  };
}
