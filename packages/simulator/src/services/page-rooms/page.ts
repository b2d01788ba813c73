/** One page that is connected: the orders that wait for it, and those whose outcome it owes. */

import { AvatarError, type Clock } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import type { RoomProvider } from '../../mock-room';
import type { HostRequest, Order } from '../../page-rooms/wire';

/** An order that is answered; the page numbers none itself. */
export type Task =
  Extract<Order, { call: number }> extends infer Each
    ? Each extends { call: number }
      ? Omit<Each, 'call'>
      : never
    : never;

export interface Page {
  /** Unguessable: only the page itself can answer for itself. */
  readonly id: string;
  readonly name: string | undefined;
  readonly isGone: boolean;
  /** What came last, or asked last, is the first to get a room. */
  askedAt: number;
  readonly rooms: Set<string>;
  makes(provider: RoomProvider): boolean;
  /**
   * What the page answers.
   *
   * @throws AvatarError `network` when the page goes, `avatar-timeout` when it says nothing for too long,
   * `service-refused` with its own words, `queue-full` when it owes too much
   */
  order(task: Task): Promise<unknown>;
  /** Of one order; false when nobody waits for it. */
  settle(call: number, outcome: { readonly room?: unknown; readonly error?: string }): boolean;
  /** For the page to read; ends with it. */
  lines(): AsyncIterable<string>;
  end(last?: Order): void;
}

export interface PageOptions extends HostRequest {
  readonly id: string;
  readonly clock: Clock;
  readonly answerMs: number;
}

/** A page that reads nothing owes no more than this. */
const MOST_OWED = 200;

interface Owed {
  resolve(room: unknown): void;
  reject(error: AvatarError): void;
}

export function createPage({ id, name, providers, clock, answerMs }: PageOptions): Page {
  const owed = new Map<number, Owed>();
  const rooms = new Set<string>();
  let waiting: Order[] = [{ kind: 'hello', host: id }];
  let calls = 0;
  let gone = false;
  let wake = () => {};

  function take(call: number): Owed | undefined {
    const found = owed.get(call);
    owed.delete(call);
    return found;
  }

  return {
    id,
    name,
    rooms,
    askedAt: 0,
    get isGone() {
      return gone;
    },
    makes: (provider) => providers.includes(provider),
    async order(task) {
      if (gone) throw pageGone();
      if (owed.size >= MOST_OWED)
        throw new AvatarError('queue-full', 'The page with the room owes too many answers.');
      calls += 1;
      const call = calls;
      const outcome = deferred<unknown>();
      const cancel = clock.schedule(() => {
        // What it has not even read, it need not.
        waiting = waiting.filter((order) => !('call' in order && order.call === call));
        take(call)?.reject(
          new AvatarError('avatar-timeout', `The page with the room gave no answer within ${answerMs} ms.`),
        );
      }, answerMs);
      owed.set(call, outcome);
      waiting.push({ ...task, call });
      wake();
      try {
        return await outcome.promise;
      } finally {
        cancel();
      }
    },
    settle(call, { room, error }) {
      const found = take(call);
      if (error === undefined) found?.resolve(room);
      else found?.reject(new AvatarError('service-refused', `The page with the room says: ${error}`));
      return found !== undefined;
    },
    async *lines() {
      while (!gone || waiting.length > 0) {
        const orders = waiting;
        waiting = [];
        for (const order of orders) yield `${JSON.stringify(order)}\n`;
        if (gone || waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    end(last) {
      if (gone) return;
      gone = true;
      rooms.clear();
      waiting = last ? [last] : [];
      for (const call of [...owed.keys()]) take(call)?.reject(pageGone());
      wake();
    },
  };
}

function pageGone(): AvatarError {
  return new AvatarError('network', 'The page with the room is gone.');
}
