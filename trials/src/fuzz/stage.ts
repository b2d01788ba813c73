/** A session over its simulated sides, and a note of everything that is asked of it. */

import {
  type AvatarSession,
  type AvatarSessionOptions,
  createAvatarSession,
  type Delivery,
} from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { Ledger } from './ledger';
import type { Setting } from './setting';
import { createSide, SIDES, type Side } from './side';
import type { Call, Said, Tamper } from './trial';
import { type Witness, watch } from './witness';

export interface Stage {
  readonly clock: VirtualClock;
  readonly ledger: Ledger;
  readonly sides: readonly Side[];
  /** The one that serves now, else the first. */
  here(): Side;
  readonly session: AvatarSession;
  readonly witness: Witness;
  readonly said: readonly Said[];
  readonly calls: readonly Call[];
  readonly met: ReadonlyMap<string, number>;
  /** A fault did something. */
  meet(what: string): void;
  /** What the network was at its worst. */
  readonly worst: { latencyMs: number; jitterMs: number; isOrderly: boolean };
  call(what: string, make: () => Promise<unknown>, controller?: AbortController): void;
  /** @param entry without what comes of it */
  say(entry: Omit<Said, 'order' | 'run' | 'settled' | 'abortedAt'>, text: () => Promise<Delivery>): void;
  /** What has not settled, in words. */
  unsettled(): string[];
}

const HURRIED = {
  queuedMs: 3_000,
  ackMs: 1_000,
  avatarGoneMs: 5_000,
  unresponsiveMs: 4_000,
  idleMs: 25_000,
  maxQueuedBytes: 20_000,
} as const;

export function createStage(setting: Setting, tamper: Tamper): Stage {
  const clock = createVirtualClock();
  const ledger = new Ledger();
  const met = new Map<string, number>();
  const meet = (what: string) => void met.set(what, (met.get(what) ?? 0) + 1);
  const sides = setting.limits.map((_, index) =>
    createSide({
      name: SIDES[index] ?? 'first',
      index,
      setting,
      clock,
      ledger,
      run: () => witness.run,
      isEnded: () => ['closing', 'closed'].includes(session.getSnapshot().state),
      met: meet,
    }),
  );
  let ids = 0;
  const options: AvatarSessionOptions = {
    transports: Object.fromEntries(sides.map(({ name, transport }) => [name, transport])),
    source: {
      open: (wanted, how) => sideOf(wanted.provider).open(wanted, how),
      close: (details, how) => sideOf(details.provider).close(details, how),
    },
    clock,
    randomId: () => `m${(ids++).toString(36).padStart(4, '0')}`,
    resendUncertain: setting.resendUncertain,
    finishAbandoned: setting.finishAbandoned,
    ...(setting.hurried && { timeouts: HURRIED }),
  };
  const own = createAvatarSession(tamper.options?.(options) ?? options);
  const session = tamper.session?.(own) ?? own;
  const witness = watch(session, clock.now);
  const said: Said[] = [];
  const calls: Call[] = [];

  function sideOf(provider: string): Side {
    return sides.find(({ name }) => name === provider) ?? first;
  }
  const first = sides[0] as Side;

  function call(what: string, make: () => Promise<unknown>, controller?: AbortController): void {
    const entry: Call = {
      what,
      order: ledger.nextOrder(),
      at: clock.now(),
      state: session.getSnapshot().state,
      run: witness.run,
      controller,
    };
    calls.push(entry);
    make().then(
      () => settle(entry, 'resolved'),
      (error: unknown) => {
        entry.error = error;
        settle(entry, 'rejected');
      },
    );
  }

  function settle(entry: Call, outcome: NonNullable<Call['outcome']>): void {
    entry.outcome = outcome;
    entry.settledAt = clock.now();
  }

  /** @param entry without what comes of it */
  function say(
    entry: Omit<Said, 'order' | 'run' | 'settled' | 'abortedAt'>,
    text: () => Promise<Delivery>,
  ): void {
    let aborted: number | undefined;
    entry.controller?.signal.addEventListener(
      'abort',
      () => {
        aborted = ledger.nextOrder();
      },
      { once: true },
    );
    const whole: Said = {
      ...entry,
      order: ledger.nextOrder(),
      run: witness.run,
      abortedAt: () => aborted,
      settled: false,
    };
    said.push(whole);
    const promise = text();
    if (entry.forgotten) return;
    promise.then(
      (delivery) => {
        whole.delivery = delivery;
        whole.settled = true;
      },
      (error: unknown) => {
        whole.error = error;
        whole.settled = true;
      },
    );
  }

  return {
    clock,
    ledger,
    sides,
    here: () => sides.find(({ sim }) => sim.service.open > 0) ?? first,
    session,
    witness,
    said,
    calls,
    met,
    meet,
    worst: { latencyMs: setting.latencyMs, jitterMs: setting.jitterMs, isOrderly: true },
    call,
    say,
    unsettled: () => [
      ...said
        .filter(({ settled, forgotten }) => !settled && !forgotten)
        .map(({ kind, number }) => `${kind} ${number}`),
      ...calls.filter(({ outcome, what }) => !outcome && what !== 'once').map(({ what }) => what),
    ],
  };
}
