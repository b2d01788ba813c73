/** What one sequence is made of: plain data, so that fast-check shrinks it and a person can read it. */

import fc from 'fast-check';
import { TEXT_KINDS, type TextKind } from './texts';

export const SEND_FAULTS = ['stalls', 'is-slow', 'is-refused', 'is-busy', 'is-denied', 'fails'] as const;
export const JOIN_FAULTS = ['hangs', 'fails', 'is-refused', 'is-slow'] as const;
export const OPEN_FAULTS = ['hangs', 'fails', 'is-refused', 'is-busy', 'is-late'] as const;
export const CLOSE_FAULTS = ['hangs', 'fails'] as const;
export const ENDS = [
  'network-lost',
  'room-ended',
  'removed',
  'joined-elsewhere',
  'credentials-expired',
] as const;
export const MOMENTS = ['snapshot', 'state', 'message', 'received', 'packet'] as const;
export const REACTIONS = ['close', 'interrupt', 'send', 'abort', 'connect', 'cut'] as const;

export type Deed =
  | { readonly do: 'connect'; readonly withSignal: boolean }
  | { readonly do: 'close' | 'abort-connect' | 'interrupt' | 'gesture' | 'keep-open' | 'await-event' }
  | {
      readonly do: 'send' | 'ask' | 'speak';
      readonly text: TextKind;
      readonly withSignal: boolean;
      /** Nobody looks at the promise. */
      readonly forgotten: boolean;
    }
  | {
      readonly do: 'stream';
      readonly text: TextKind;
      readonly pieces: number;
      readonly everyMs: number;
      readonly as: 'messages' | 'one-message';
      readonly form: 'iterable' | 'readable';
      readonly end: 'ends' | 'falls-silent' | 'throws';
      readonly withSignal: boolean;
    }
  | { readonly do: 'abort-text'; readonly which: 'oldest' | 'newest' }
  | {
      readonly do: 'params';
      readonly mode?: 'retelling' | 'dialogue' | undefined;
      readonly speed?: number | undefined;
    }
  | { readonly do: 'large-params' }
  | { readonly do: 'cut' | 'resume' | 'lossy-reconnect' | 'clog' | 'unclog' | 'calm' }
  | { readonly do: 'end-link'; readonly reason: (typeof ENDS)[number] }
  | { readonly do: 'delay' | 'jitter'; readonly ms: number }
  | { readonly do: 'loss' | 'duplication' | 'reordering'; readonly part: number }
  | { readonly do: 'avatar-leaves' | 'avatar-returns' | 'avatar-goes-deaf' | 'avatar-hears-again' }
  | { readonly do: 'avatar-speaks' | 'avatar-understands' }
  | { readonly do: 'send-fault'; readonly how: (typeof SEND_FAULTS)[number]; readonly times: number }
  | { readonly do: 'join-fault'; readonly how: (typeof JOIN_FAULTS)[number] }
  | { readonly do: 'leave-hangs' }
  | { readonly do: 'open-fault'; readonly how: (typeof OPEN_FAULTS)[number] }
  | { readonly do: 'close-fault'; readonly how: (typeof CLOSE_FAULTS)[number] }
  | { readonly do: 'service-ends' }
  | { readonly do: 'credentials-expiring'; readonly inMs: number }
  | { readonly do: 'clock-step'; readonly ms: number }
  /** At the next such moment, from within the listener. */
  | {
      readonly do: 'upon';
      readonly moment: (typeof MOMENTS)[number];
      readonly then: (typeof REACTIONS)[number];
    };

/** Until the next step: nothing at all, this many turns of the microtask queue, or time. */
export type Pause = { readonly turns: number } | { readonly ms: number };

export interface Step {
  readonly deed: Deed;
  readonly pause: Pause;
}

const sampled = <T>(...values: [T, ...T[]]) => fc.constantFrom(...values);
const often = <T>(value: T, other: T) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(other) });

const text: fc.Arbitrary<TextKind> = fc.oneof(
  { weight: 5, arbitrary: sampled<TextKind>('word', 'sentences', 'quotes', 'emoji', 'half') },
  { weight: 3, arbitrary: sampled(...TEXT_KINDS) },
);

const talk: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: sampled('send' as const, 'ask' as const, 'speak' as const),
      text,
      withSignal: fc.boolean(),
      forgotten: often(false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('stream' as const),
      text,
      pieces: fc.integer({ min: 1, max: 12 }),
      everyMs: sampled(0, 5, 100, 700),
      as: sampled('messages' as const, 'one-message' as const),
      form: sampled('iterable' as const, 'readable' as const),
      end: fc.oneof(
        { weight: 3, arbitrary: fc.constant('ends' as const) },
        { weight: 1, arbitrary: sampled('falls-silent' as const, 'throws' as const) },
      ),
      withSignal: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('interrupt' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('abort-text' as const),
      which: sampled('oldest' as const, 'newest' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('params' as const),
      mode: sampled(undefined, 'retelling' as const, 'dialogue' as const),
      speed: sampled(0.8, 1, 1.2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: sampled('gesture' as const, 'keep-open' as const, 'await-event' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: sampled('large-params' as const) }) },
);

const coming: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('connect' as const), withSignal: fc.boolean() }),
  fc.record({ do: sampled('close' as const, 'abort-connect' as const) }),
  fc.record({
    do: fc.constant('upon' as const),
    moment: sampled(...MOMENTS),
    // biome-ignore lint/suspicious/noThenProperty: a word of the script, and no function
    then: sampled(...REACTIONS),
  }),
);

const network: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: sampled('cut' as const, 'resume' as const, 'lossy-reconnect' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: sampled('clog' as const, 'unclog' as const, 'calm' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end-link' as const), reason: sampled(...ENDS) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: sampled('delay' as const, 'jitter' as const), ms: sampled(1, 60, 180) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: sampled('loss' as const, 'duplication' as const, 'reordering' as const),
      part: sampled(0.1, 0.5, 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('send-fault' as const),
      how: sampled(...SEND_FAULTS),
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

const elsewhere: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: sampled(
        'avatar-leaves' as const,
        'avatar-returns' as const,
        'avatar-goes-deaf' as const,
        'avatar-hears-again' as const,
        'avatar-speaks' as const,
        'avatar-understands' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('join-fault' as const), how: sampled(...JOIN_FAULTS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('open-fault' as const), how: sampled(...OPEN_FAULTS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('close-fault' as const), how: sampled(...CLOSE_FAULTS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: sampled('leave-hangs' as const, 'service-ends' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('credentials-expiring' as const), inMs: sampled(5_000, 30_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('clock-step' as const), ms: sampled(3_600_000, -3_600_000) }),
  },
);

const pause: fc.Arbitrary<Pause> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ turns: fc.integer({ min: 0, max: 30 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ ms: sampled(0, 1, 5, 19, 20, 41, 100, 300, 700, 1_010, 2_900, 3_500, 6_000) }),
  },
  { weight: 1, arbitrary: fc.record({ ms: sampled(10_000, 15_500, 31_000) }) },
);

const deed = fc.oneof(
  { weight: 10, arbitrary: talk },
  { weight: 2, arbitrary: coming },
  { weight: 4, arbitrary: network },
  { weight: 3, arbitrary: elsewhere },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ deed, pause }), {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});
