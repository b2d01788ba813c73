/** The paid sessions of one service: who is open, which room each has, and what they cost. */

import type { Clock } from '@avatarwire/core';
import type { Random } from '../random';
import { madeUpRoom } from './made-up-room';
import { Ring } from './ring';
import type { MockRoom, MockRooms, WantedRoom } from './rooms';

export type SessionEnd = 'closed' | 'expired' | 'failed';

export interface SessionRecord extends WantedRoom {
  /** Milliseconds on the clock's `now`. */
  readonly openedAt: number;
  readonly endedAt: number | undefined;
  /** `expired`: nobody closed it. `failed`: its room could not be made. */
  readonly ended: SessionEnd | undefined;
  /** How often the client closed it. */
  readonly closeCalls: number;
  /** Seconds charged for it so far. */
  readonly costSeconds: number;
  /** Undefined until it is made. */
  readonly room: MockRoom | undefined;
}

export interface SessionsView {
  /** In the order of their opening; of those that have ended, the last 1,000. */
  readonly sessions: readonly SessionRecord[];
  /** How many stand open. Zero at the end, or somebody pays for nothing. */
  readonly open: number;
  /** How many were ever opened. */
  readonly opened: number;
  /** How many the client closed in time. */
  readonly closed: number;
  /** Seconds charged so far, as this service charges. */
  readonly costSeconds: number;
  /** Seconds that sessions have stood open so far; it stands still once all are closed. */
  readonly openSeconds: number;
}

export interface Sessions {
  readonly view: SessionsView;
  /** @throws what the caller's `rooms` threw: then the session is `failed` */
  open(wanted: Omit<WantedRoom, 'service'>): Promise<{ session: SessionRecord; room: MockRoom }>;
  find(id: string): SessionRecord | undefined;
  /** The client has given a sign: its time of silence begins anew. */
  touch(session: SessionRecord): void;
  /** The client asks to close it. False when it has ended already. */
  close(session: SessionRecord): boolean;
  /** It came to nothing, and costs nothing. */
  fail(session: SessionRecord): void;
  /**
   * Schedules nothing any more and empties all rooms, also those that are still being made; resolves when they are gone.
   * What was open counts as open still.
   */
  shutDown(): Promise<void>;
}

export interface SessionsOptions {
  readonly service: WantedRoom['service'];
  readonly clock: Clock;
  readonly random: Random;
  readonly rooms: MockRooms | undefined;
  /**
   * `up-front`: all of the duration is charged at once, and what a close leaves unused is given back. `as-used`: the
   * time that it stands open.
   */
  readonly charge: 'up-front' | 'as-used';
  /** Without a sign for so long the service ends a session by itself. In milliseconds. @default never */
  readonly silenceMs?: () => number;
  /** What a room's `close` threw. */
  readonly onRoomFault: (error: unknown) => void;
  /** A session that ended long ago is not known any more. */
  readonly onForgotten?: (id: string) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Kept extends Mutable<Omit<SessionRecord, 'costSeconds'>> {
  readonly costSeconds: number;
  cancelExpiry: () => void;
  cancelSilence: () => void;
}

/** Ended sessions that stay to be looked at; the sums count all of them. */
const KEPT = 1_000;

export function createSessions(options: SessionsOptions): Sessions {
  const { service, clock, random, charge } = options;
  const kept = new Map<string, Kept>();
  const standing = new Set<Kept>();
  const ended = new Ring<string>(KEPT);
  let shut = false;
  /** Rooms that are being made or left. */
  const underWay = new Set<Promise<unknown>>();
  const sums = { opened: 0, closed: 0, endedCostMs: 0, endedOpenMs: 0 };

  const openMs = ({ openedAt, endedAt, durationSeconds }: Kept) =>
    Math.min((endedAt ?? clock.now()) - openedAt, durationSeconds * 1_000);
  function costMs(session: Kept): number {
    if (session.ended === 'failed') return 0;
    if (charge === 'as-used' || session.ended === 'closed') return openMs(session);
    return session.durationSeconds * 1_000;
  }
  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    const done = () => void underWay.delete(work);
    work.then(done, done);
    return work;
  };

  function leave(room: MockRoom, why: SessionEnd | 'shut-down'): void {
    const left = async () => room.close(why);
    void track(left().catch(options.onRoomFault));
  }
  function end(session: Kept, why: SessionEnd): void {
    session.cancelExpiry();
    session.cancelSilence();
    session.ended = why;
    session.endedAt = clock.now();
    standing.delete(session);
    if (why === 'closed') sums.closed += 1;
    sums.endedCostMs += costMs(session);
    sums.endedOpenMs += why === 'failed' ? 0 : openMs(session);
    if (session.room) leave(session.room, why);
    const forgotten = ended.add(session.id);
    if (forgotten !== undefined) {
      kept.delete(forgotten);
      options.onForgotten?.(forgotten);
    }
  }
  function listen(session: Kept): void {
    session.cancelSilence();
    if (options.silenceMs && !session.ended && !shut)
      session.cancelSilence = clock.schedule(() => end(session, 'expired'), options.silenceMs());
  }
  const own = ({ id }: SessionRecord) => kept.get(id);

  return {
    view: {
      get sessions() {
        return [...kept.values()];
      },
      get open() {
        return standing.size;
      },
      get opened() {
        return sums.opened;
      },
      get closed() {
        return sums.closed;
      },
      get costSeconds() {
        let total = sums.endedCostMs;
        for (const session of standing) total += costMs(session);
        return total / 1_000;
      },
      get openSeconds() {
        let total = sums.endedOpenMs;
        for (const session of standing) total += openMs(session);
        return total / 1_000;
      },
    },
    async open(wanted) {
      const session: Kept = {
        ...wanted,
        service,
        openedAt: clock.now(),
        endedAt: undefined,
        ended: undefined,
        closeCalls: 0,
        room: undefined,
        get costSeconds() {
          return costMs(session) / 1_000;
        },
        cancelExpiry: () => {},
        cancelSilence: () => {},
      };
      kept.set(session.id, session);
      standing.add(session);
      sums.opened += 1;
      const lifeMs = session.durationSeconds * 1_000;
      if (!shut) session.cancelExpiry = clock.schedule(() => end(session, 'expired'), lifeMs);
      listen(session);
      const make = async () => (await options.rooms?.(session)) ?? madeUpRoom(session, random);
      try {
        const room = await track(make());
        session.room = room;
        // While its room was being made.
        if (session.ended || shut) leave(room, session.ended ?? 'shut-down');
        return { session, room };
      } catch (error) {
        if (!session.ended) end(session, 'failed');
        throw error;
      }
    },
    find: (id) => kept.get(id),
    touch(session) {
      const found = own(session);
      if (found) listen(found);
    },
    close(session) {
      const found = own(session);
      if (!found) return false;
      found.closeCalls += 1;
      if (found.ended) return false;
      end(found, 'closed');
      return true;
    },
    fail(session) {
      const found = own(session);
      if (found && !found.ended) end(found, 'failed');
    },
    async shutDown() {
      shut = true;
      for (const { cancelExpiry, cancelSilence, room } of standing) {
        cancelExpiry();
        cancelSilence();
        if (room) leave(room, 'shut-down');
      }
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
