/** What came of one sequence. What that must be, the laws say. */

import type { AvatarSession, AvatarSessionOptions, Delivery } from '@avatarwire/core';
import type { VirtualClock } from '@avatarwire/simulator';
import type { Ledger } from './ledger';
import type { Setting } from './setting';
import type { Side } from './side';
import type { TestSource } from './sources';
import type { Witness } from './witness';

/** One text given to the session. */
export interface Said {
  readonly number: number;
  readonly kind: 'send' | 'ask' | 'speak';
  /** All of it, as it can travel; of a stream what it gives at most. */
  readonly whole: string;
  readonly source: TestSource | undefined;
  readonly throws: boolean;
  readonly order: number;
  readonly run: number;
  readonly controller: AbortController | undefined;
  readonly forgotten: boolean;
  /** When, among everything that happened; undefined while it is not. */
  readonly abortedAt: () => number | undefined;
  delivery?: Delivery;
  error?: unknown;
  settled: boolean;
}

export interface Call {
  readonly what: string;
  readonly order: number;
  readonly at: number;
  readonly controller?: AbortController | undefined;
  /** The state when it was called. */
  readonly state: string;
  readonly run: number;
  outcome?: 'resolved' | 'rejected';
  error?: unknown;
  settledAt?: number;
}

export interface Trial {
  readonly setting: Setting;
  readonly session: AvatarSession;
  readonly clock: VirtualClock;
  readonly sides: readonly Side[];
  readonly ledger: Ledger;
  readonly witness: Witness;
  readonly said: readonly Said[];
  readonly calls: readonly Call[];
  /** How often each fault did something. */
  readonly met: ReadonlyMap<string, number>;
  /** Packets came at most once, and none overtook another. */
  readonly isOrderly: boolean;
  /** Found while it was played. */
  readonly broken: string[];
  /** The largest way of a packet that nothing holds up. */
  readonly transitMs: number;
}

/** What a planted defect changes. */
export interface Tamper {
  options?(options: AvatarSessionOptions): AvatarSessionOptions;
  session?(session: AvatarSession): AvatarSession;
}
