/** Random traffic for an outbox, and a record of everything that happened, for properties to be checked on. */

import fc from 'fast-check';
import { createMessageParts } from '../../src/delivery/chunker';
import { createOutbox } from '../../src/delivery/outbox';
import type { ChatOutcome, OutgoingChat } from '../../src/delivery/outgoing';
import { INTERRUPT_BYTES, type RatePolicy } from '../../src/delivery/rate-policies';
import { AvatarError } from '../../src/errors';
import { createManualClock } from './manual-clock';
import { settled } from './outbox-stage';

/** What becomes of one packet: taken after `ms`, or rejected after `ms` (or thrown at once). */
export type Fate =
  | { readonly taken: number }
  | { readonly rejected: 'network' | 'not-connected' | 'service-busy'; readonly ms: number | 'thrown' };

export type Action =
  | {
      readonly type: 'say';
      readonly text: string;
      readonly prepareMs?: number | undefined;
      readonly survives?: boolean;
    }
  | { readonly type: 'point'; readonly prepareMs: number }
  | { readonly type: 'command'; readonly bytes: number }
  | { readonly type: 'interrupt'; readonly keepsChat: boolean }
  | { readonly type: 'withdraw'; readonly which: number }
  | { readonly type: 'hold'; readonly ms: number }
  | { readonly type: 'pause'; readonly ms: number; readonly lossyMs: number | undefined }
  | { readonly type: 'detach'; readonly ms: number; readonly lossyMs: number }
  | { readonly type: 'advance'; readonly ms: number };

export interface HandedOver {
  readonly at: number;
  readonly bytes: number;
  readonly lane: 'chat' | 'command' | 'interrupt';
  /** Of the item or command, in the order of enqueueing. */
  readonly order: number;
  readonly index: number;
  readonly final: boolean;
  readonly text: string;
  /** When it settled; undefined while it has not. */
  settledAt: number | undefined;
  settledEvent: number | undefined;
  state: 'unsettled' | 'taken' | 'refused' | 'failed' | 'lost';
  /** Its place among all events. */
  readonly event: number;
}

export interface Thing {
  readonly kind: 'chat' | 'point' | 'command' | 'interrupt';
  readonly order: number;
  readonly text: string;
  readonly survives: boolean;
  readonly enqueuedAt: number;
  readonly enqueuedEvent: number;
  readonly outcomes: ChatOutcome[];
  finishedEvent: number;
  handedOver: number;
  failed: number;
  withdrawn: boolean;
}

export interface Run {
  readonly policy: RatePolicy;
  readonly packets: HandedOver[];
  readonly things: Thing[];
  /** Events at which an interrupt emptied the chat lane. */
  readonly emptied: { readonly event: number; readonly before: number }[];
  readonly timersLeft: number;
  readonly errors: unknown[];
}

export const policies: fc.Arbitrary<RatePolicy> = fc
  .record({
    maxPacketBytes: fc.integer({ min: INTERRUPT_BYTES, max: 2_000 }),
    usablePackets: fc.oneof(fc.integer({ min: 2, max: 40 }), fc.constant(Infinity)),
    usableMore: fc.oneof(fc.integer({ min: 0, max: 9_000 }), fc.constant(Infinity)),
    reservePackets: fc.integer({ min: 1, max: 3 }),
    reserveBytes: fc.integer({ min: INTERRUPT_BYTES, max: 300 }),
    unsettledMore: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.constant(Infinity)),
  })
  .map(({ maxPacketBytes, usablePackets, usableMore, reservePackets, reserveBytes, unsettledMore }) => ({
    maxPacketBytes,
    packetsPerSecond: usablePackets + reservePackets,
    bytesPerSecond: maxPacketBytes + usableMore + reserveBytes,
    reserve: { packets: reservePackets, bytes: reserveBytes },
    maxUnsettledBytes: maxPacketBytes + unsettledMore,
    source: 'drawn',
  }));

const texts = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 12_000 })
      .map((length) => 'The quick brown fox. '.repeat(600).slice(0, length)),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.nat(0xffff), { minLength: 1, maxLength: 300 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 1_500 })
      .map((length) => '数字人👩‍👩‍👧‍👦'.repeat(length).slice(0, length * 3)),
  },
);

const prepareMs = fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined, freq: 5 });
const say = fc.record({
  type: fc.constant('say' as const),
  text: texts,
  prepareMs,
  survives: fc.constant(false),
});
const point = fc.record({
  type: fc.constant('point' as const),
  prepareMs: fc.integer({ min: 0, max: 2_000 }),
});
const command = fc.record({
  type: fc.constant('command' as const),
  bytes: fc.integer({ min: 60, max: INTERRUPT_BYTES }),
});
const interrupt = fc.record({ type: fc.constant('interrupt' as const), keepsChat: fc.boolean() });
const withdraw = fc.record({ type: fc.constant('withdraw' as const), which: fc.nat(30) });
const hold = fc.record({ type: fc.constant('hold' as const), ms: fc.nat(1_500) });
const advance = fc.record({ type: fc.constant('advance' as const), ms: fc.oneof(fc.nat(30), fc.nat(3_000)) });
const lossyMs = fc.oneof(fc.nat(2_000), fc.constant(Infinity));
const pause = fc.record({
  type: fc.constant('pause' as const),
  ms: fc.nat(3_000),
  lossyMs: fc.option(lossyMs, { nil: undefined }),
});
const detach = fc.record({ type: fc.constant('detach' as const), ms: fc.nat(3_000), lossyMs });

/** What goes on while the network is well. */
export const fairTraffic: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: say },
    { weight: 1, arbitrary: point },
    { weight: 4, arbitrary: command },
    { weight: 3, arbitrary: interrupt },
    { weight: 1, arbitrary: withdraw },
    { weight: 1, arbitrary: hold },
    { weight: 6, arbitrary: advance },
  ),
  { minLength: 1, maxLength: 40 },
);

/** And while it is not. */
export const foulTraffic: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: say },
    { weight: 1, arbitrary: point },
    { weight: 3, arbitrary: command },
    { weight: 2, arbitrary: interrupt },
    { weight: 1, arbitrary: withdraw },
    { weight: 1, arbitrary: hold },
    { weight: 2, arbitrary: pause },
    { weight: 2, arbitrary: detach },
    { weight: 6, arbitrary: advance },
  ),
  { minLength: 1, maxLength: 40 },
);

const taken = fc.oneof(fc.constant(0), fc.nat(400), fc.nat(4_000)).map((ms): Fate => ({ taken: ms }));
const rejected = fc.record({
  rejected: fc.constantFrom('network' as const, 'not-connected' as const, 'service-busy' as const),
  ms: fc.oneof(fc.nat(500), fc.constant('thrown' as const)),
});

export const takenFates = fc.infiniteStream(taken);
export const mixedFates = fc.infiniteStream(
  fc.oneof({ weight: 12, arbitrary: taken }, { weight: 2, arbitrary: rejected }),
);

function errorOf(code: 'network' | 'not-connected' | 'service-busy'): AvatarError {
  return new AvatarError(code, 'drawn', code === 'service-busy' ? { retryAfterMs: 1_050 } : {});
}

/** Lets the traffic happen, waits until everything has an end, and closes. */
export async function runTraffic(
  policy: RatePolicy,
  actions: readonly Action[],
  fates: Iterator<Fate>,
): Promise<Run> {
  const clock = createManualClock();
  const packets: HandedOver[] = [];
  const things: Thing[] = [];
  const emptied: Run['emptied'] = [];
  const errors: unknown[] = [];
  const items = new Map<number, OutgoingChat>();
  let event = 0;

  const outbox = createOutbox({ clock, onCallbackError: (error) => errors.push(error) });
  const open = () => outbox.open({ policy, maxPacketBytes: policy.maxPacketBytes, send });

  function send(packet: Uint8Array): Promise<void> {
    const record = readPacket(packet);
    packets.push(record);
    const fate: Fate = fates.next().value;
    const settle = (state: HandedOver['state']) => {
      if (record.state !== 'unsettled') return;
      record.settledAt = clock.now();
      record.settledEvent = event++;
      record.state = state;
    };
    const rejection = 'rejected' in fate ? errorOf(fate.rejected) : undefined;
    const settleRejected = () => settle(rejection?.code === 'network' ? 'failed' : 'refused');
    if ('rejected' in fate && fate.ms === 'thrown') {
      settleRejected();
      throw rejection;
    }
    const waitMs = 'taken' in fate ? fate.taken : Number(fate.ms);
    const promise = new Promise<void>((resolve, reject) => {
      const answer = () => (rejection ? reject(rejection) : resolve());
      if (waitMs === 0) answer();
      else clock.schedule(answer, waitMs);
    });
    // Noted in the moment in which the outbox hears of it.
    promise.then(() => settle('taken'), settleRejected);
    return promise;
  }

  function readPacket(packet: Uint8Array): HandedOver {
    const frame: { mid: string; idx?: number; fin?: boolean; pld?: { text?: string } } = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(packet),
    );
    const thing = things[Number(frame.mid)];
    if (!thing) throw new Error(`Nothing is called ${frame.mid}.`);
    const lane = thing.kind === 'command' || thing.kind === 'interrupt' ? thing.kind : 'chat';
    return {
      at: clock.now(),
      bytes: packet.byteLength,
      lane,
      order: thing.order,
      index: frame.idx ?? 0,
      final: frame.fin ?? false,
      text: frame.pld?.text ?? '',
      settledAt: undefined,
      settledEvent: undefined,
      state: 'unsettled',
      event: event++,
    };
  }

  function add(kind: Thing['kind'], text = '', survives = false): Thing {
    const thing: Thing = {
      kind,
      order: things.length,
      text,
      survives,
      enqueuedAt: clock.now(),
      enqueuedEvent: event++,
      outcomes: [],
      finishedEvent: Infinity,
      handedOver: 0,
      failed: 0,
      withdrawn: false,
    };
    things.push(thing);
    return thing;
  }

  function enqueueChat(thing: Thing, waitMs: number | undefined): void {
    const parts = () => {
      const made = createMessageParts(String(thing.order));
      made.append(thing.text);
      made.end();
      return made;
    };
    const prepare = () =>
      waitMs === undefined ? undefined : new Promise<void>((resolve) => void clock.schedule(resolve, waitMs));
    const item: OutgoingChat = {
      messageId: String(thing.order),
      survivesInterrupt: thing.survives,
      prepare,
      onFinished(outcome) {
        thing.outcomes.push(outcome);
        thing.finishedEvent = event++;
      },
      ...(thing.kind === 'chat' && { parts }),
    };
    items.set(thing.order, item);
    outbox.enqueueChat(item);
  }

  function enqueueCommand(thing: Thing, bytes: number, keepsChat = false): void {
    const head = `{"mid":"${thing.order}","pad":"`;
    outbox.enqueueCommand({
      lane: thing.kind === 'interrupt' ? 'interrupt' : 'command',
      messageId: String(thing.order),
      packet: () => new TextEncoder().encode(`${head}${'x'.repeat(bytes - head.length - 2)}"}`),
      keepsChat,
      onHandedOver: () => thing.handedOver++,
      onFailed: () => thing.failed++,
    });
  }

  function lose(): void {
    for (const packet of packets) {
      if (packet.state !== 'unsettled') continue;
      packet.state = 'lost';
      packet.settledAt = clock.now();
      packet.settledEvent = event++;
    }
  }

  async function perform(action: Action): Promise<void> {
    const now = clock.now();
    switch (action.type) {
      case 'say':
        return enqueueChat(add('chat', action.text, action.survives), action.prepareMs);
      case 'point':
        return enqueueChat(add('point', '', true), action.prepareMs);
      case 'command':
        return enqueueCommand(add('command'), action.bytes);
      case 'interrupt': {
        const thing = add('interrupt');
        if (!action.keepsChat) emptied.push({ event: thing.enqueuedEvent, before: thing.order });
        return enqueueCommand(thing, INTERRUPT_BYTES, action.keepsChat);
      }
      case 'withdraw': {
        const item = items.get(action.which);
        const thing = things[action.which];
        if (item && thing && outbox.withdraw(item)) thing.withdrawn = true;
        return;
      }
      case 'hold':
        clock.schedule(outbox.holdChat(), action.ms);
        return;
      case 'pause': {
        outbox.pause();
        await clock.advance(action.ms);
        outbox.resume(action.lossyMs === undefined ? {} : { lossySince: now - action.lossyMs });
        return;
      }
      case 'detach':
        await settled();
        lose();
        outbox.detach({ lossySince: now - action.lossyMs });
        await clock.advance(action.ms);
        return open();
      case 'advance':
        return clock.advance(action.ms);
    }
  }

  open();
  for (const action of actions) await perform(action);
  for (let round = 0; round < 60 && things.some(isUnfinished); round++) await clock.advance(20_000);
  await clock.advance(10_000);
  const timersLeft = clock.pendingTimers;
  const stuck = things.filter(isUnfinished);
  outbox.close();
  for (const thing of stuck) errors.push(new Error(`${thing.kind} ${thing.order} did not finish by itself.`));
  return { policy, packets, things, emptied, timersLeft, errors };
}

function isUnfinished({ kind, outcomes, withdrawn, handedOver, failed }: Thing): boolean {
  return kind === 'command' || kind === 'interrupt'
    ? handedOver + failed === 0
    : !withdrawn && outcomes.length === 0;
}
