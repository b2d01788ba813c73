/** One direction of a connection: what is carried arrives later, or not, or twice, as the conditions say. */

import { AvatarError, type Clock } from '@avatarwire/core';
import type { Random } from './random';

/** How a network treats what it carries. All may be changed while it runs. */
export interface NetworkConditions {
  /** One way, in milliseconds. @default 20 */
  readonly latencyMs: number;
  /** Up to this much more, evenly spread, in milliseconds. Order is kept. @default 0 */
  readonly jitterMs: number;
  /** Part of the packets that are lost, 0 to 1. @default 0 */
  readonly loss: number;
  /** Part of the packets that arrive twice, 0 to 1. @default 0 */
  readonly duplication: number;
  /** Part of the packets that later ones overtake, 0 to 1. @default 0 */
  readonly reordering: number;
  /** How fast the client's buffer drains, in bytes a second. @default Infinity */
  readonly uplinkBytesPerSecond: number;
}

export const defaultConditions: NetworkConditions = Object.freeze({
  latencyMs: 20,
  jitterMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  uplinkBytesPerSecond: Infinity,
});

/** @throws AvatarError `invalid-argument`, naming the field */
export function checkConditions(conditions: NetworkConditions): NetworkConditions {
  for (const field of ['latencyMs', 'jitterMs'] as const) {
    if (!(conditions[field] >= 0 && conditions[field] < Infinity)) refuse(field, 'milliseconds, 0 or more');
  }
  for (const field of ['loss', 'duplication', 'reordering'] as const) {
    if (!(conditions[field] >= 0 && conditions[field] <= 1)) refuse(field, 'between 0 and 1');
  }
  if (!(conditions.uplinkBytesPerSecond >= 0)) refuse('uplinkBytesPerSecond', 'bytes a second, 0 or more');
  return Object.freeze({ ...conditions });
}

function refuse(field: keyof NetworkConditions, wanted: string): never {
  throw new AvatarError('invalid-argument', `conditions.${field} must be ${wanted}.`);
}

interface LinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  conditions(): NetworkConditions;
}

interface Item {
  readonly arrive: () => void;
  /** News of the room: never lost, doubled or overtaken, as what signalling carries. */
  readonly certain: boolean;
  /** Comes in its turn among those that keep their order. */
  inTurn: boolean;
  cancel: () => void;
}

/** A packet that is overtaken comes this much later, at most, beside the jitter. */
const OVERTAKEN_MS = 30;

export interface Link {
  /** `certain` for news of the room, which no network loses for good. */
  carry(arrive: () => void, certain?: boolean): void;
  /** Holds everything, what is on its way too. */
  cut(): void;
  /** Lets go. Lossy: the packets that were held are gone. */
  restore(lossy: boolean): void;
  /** Nothing more arrives. */
  stop(): void;
}

export function createLink({ clock, random, conditions }: LinkOptions): Link {
  const onTheWay = new Set<Item>();
  let held: Item[] | undefined;
  let stopped = false;
  let lastArrival = -Infinity;

  function travel(item: Item): void {
    const { latencyMs, jitterMs, loss, duplication, reordering } = conditions();
    if (!item.certain && random() < loss) return;
    if (!item.certain && random() < duplication)
      depart({ ...item, inTurn: false }, latencyMs + random() * jitterMs);
    const delay = latencyMs + random() * jitterMs;
    if (!item.certain && random() < reordering) {
      item.inTurn = false;
      depart(item, Math.max(delay, lastArrival - clock.now()) + random() * OVERTAKEN_MS);
      return;
    }
    item.inTurn = true;
    lastArrival = Math.max(lastArrival, clock.now() + delay);
    depart(item, lastArrival - clock.now());
  }

  function depart(item: Item, delayMs: number): void {
    onTheWay.add(item);
    item.cancel = clock.schedule(() => {
      const arriving = item.inTurn ? oldestInTurn(item) : item;
      // Timers of a browser go by whole milliseconds, so one may ring before an older one: the older packet takes it.
      item.cancel = arriving.cancel;
      onTheWay.delete(arriving);
      arriving.arrive();
    }, delayMs);
  }

  function oldestInTurn(ringing: Item): Item {
    for (const item of onTheWay) if (item.inTurn) return item;
    return ringing;
  }

  return {
    carry(arrive, certain = false) {
      if (stopped) return;
      const item: Item = { arrive, certain, inTurn: true, cancel: () => {} };
      if (held) held.push(item);
      else travel(item);
    },
    cut() {
      if (held || stopped) return;
      held = [...onTheWay];
      for (const item of onTheWay) item.cancel();
      onTheWay.clear();
    },
    restore(lossy) {
      const waiting = held ?? [];
      held = undefined;
      for (const item of waiting) if (item.certain || !lossy) travel(item);
    },
    stop() {
      stopped = true;
      held = undefined;
      for (const item of onTheWay) item.cancel();
      onTheWay.clear();
    },
  };
}
