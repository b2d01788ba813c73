/** What a cloud is made with, and what can be made to go wrong in it. */

import type { Clock } from '@avatarwire/core';
import type { NetworkConditions } from '../memory-link';
import type { MemoryNetwork } from '../memory-network';
import type { JoinFault } from './join-faults';

export interface TrtcCloudOptions {
  /** @default the machine's */
  readonly clock?: Clock;
  /** Seeds what the vendor leaves open: order, numbers. @default 1 */
  readonly seed?: number;
  readonly conditions?: Partial<NetworkConditions>;
  /** Another network, shared with other clouds or avatars. @default one of its own, with the limits of `trtc` */
  readonly network?: MemoryNetwork;
  /** Whose rooms these are. @default 1400000000 */
  readonly sdkAppId?: number;
  /**
   * When others are announced that were in the room before us: before or after `enterRoom` resolves. The vendor does
   * not say. @default 'shuffled', by the seed
   */
  readonly announces?: 'before' | 'after' | 'shuffled';
  /**
   * Messages sent within this long after entering vanish without a word, in milliseconds: pessimistic, since the
   * vendor does not say when the channel is open. @default 0
   */
  readonly deafMs?: number;
}

/** Set one and it holds from the next call on. */
export interface TrtcFaults {
  join?: JoinFault | undefined;
  /** `vanish`: taken with `undefined`, and lost. `over-rate`: thrown 4097, whatever the window says. */
  send?: 'vanish' | 'over-rate' | undefined;
  /** `exitRoom()` stays pending. */
  leave?: 'hang' | undefined;
  /** The browser plays nothing before a click, or before `resume()`. */
  autoplay?: 'refused' | undefined;
}
