/** What holds for a whole sequence. */

import fc from 'fast-check';

export const LIMITS = ['agora', 'livekit', 'trtc'] as const;
export type Limits = (typeof LIMITS)[number];

export interface Setting {
  /** Whose limits the network keeps; with two there is another provider to fail over to. */
  readonly limits: readonly [Limits] | readonly [Limits, Limits];
  /** What the documents of the service leave open. */
  readonly avatar: 'pessimistic' | 'optimistic';
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** From the opening of a service session until the avatar is there; above 30 s it comes too late. */
  readonly avatarDelayMs: number;
  readonly lifeMs: number;
  /** How long a link may be cut. */
  readonly giveUpMs: number;
  /** Time-outs and the bound of the queue are short, and silence ends the session. */
  readonly hurried: boolean;
  readonly resendUncertain: boolean;
  readonly finishAbandoned: boolean;
  readonly begins: 'idle' | 'connecting' | 'live';
  /** `healed`: every fault ends and everything must settle before the close; `cut-short`: closed as it stands. */
  readonly ends: 'healed' | 'cut-short';
  /** Of every random number of the simulator. */
  readonly seed: number;
}

const limits = fc.constantFrom(...LIMITS);

export const setting: fc.Arbitrary<Setting> = fc.record({
  limits: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(limits) },
    { weight: 1, arbitrary: fc.tuple(limits, limits) },
  ),
  avatar: fc.constantFrom('pessimistic' as const, 'optimistic' as const),
  latencyMs: fc.constantFrom(20, 1, 150),
  jitterMs: fc.constantFrom(0, 0, 40),
  avatarDelayMs: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(400, 0, 50) },
    { weight: 1, arbitrary: fc.constantFrom(5_000, 45_000) },
  ),
  lifeMs: fc.constantFrom(300_000, 3_000_000, 40_000),
  giveUpMs: fc.constantFrom(30_000, 4_000),
  hurried: fc.boolean(),
  resendUncertain: fc.boolean(),
  finishAbandoned: fc.boolean(),
  begins: fc.constantFrom('live' as const, 'live' as const, 'connecting' as const, 'idle' as const),
  ends: fc.constantFrom('healed' as const, 'cut-short' as const),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});
