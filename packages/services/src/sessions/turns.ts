import { AvatarError } from '@avatarwire/core';
import { unlessAborted } from '../http/unless-aborted';

/** Waiting for one session at one time. */
const MOST_WAITING = 32;

export type Turns = <T>(id: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * What is said in one session goes one after another, in the order of the calls: two requests on two connections may
 * overtake each other. One that fails lets the next one go. Rejects with `queue-full` when too many wait.
 */
export function createTurns(service: string): Turns {
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>();

  return async (id, work, signal) => {
    const line = lines.get(id) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= MOST_WAITING) {
      const message = `${MOST_WAITING} texts wait for this session already.`;
      throw new AvatarError('queue-full', message, { service });
    }
    lines.set(id, line);
    line.waiting += 1;
    const turn = line.last.then(() => {
      if (signal?.aborted) throw signal.reason;
      return work();
    });
    const done = () => {
      line.waiting -= 1;
      if (line.waiting === 0) lines.delete(id);
    };
    line.last = turn.then(done, done);
    return unlessAborted(turn, [signal]);
  };
}
