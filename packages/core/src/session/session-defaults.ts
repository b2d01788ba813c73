import { LONGEST_TIMER_MS } from '../clock';
import { AvatarError } from '../errors';
import type { SessionTimeouts } from './session-types';

export const DEFAULT_TIMEOUTS: SessionTimeouts = Object.freeze({
  connectMs: 15_000,
  avatarMs: 30_000,
  avatarGoneMs: 20_000,
  ackMs: 5_000,
  queuedMs: 30_000,
  closeMs: 3_000,
  unresponsiveMs: 15_000,
  expiringNoticeMs: 60_000,
  idlingNoticeMs: 30_000,
  sourceStalledMs: 10_000,
  maxQueuedBytes: 1_048_576,
});

export const DEFAULT_MAX_MESSAGES = 1_000;

/** Of all messages of the snapshot but the last one, in UTF-16 units: above it the oldest leave it. */
export const MAX_TRANSCRIPT_CHARACTERS = 2_097_152;

/** Packets of the avatar that are read in one second. No provider but a loop-back carries a tenth of them. */
export const MAX_PACKETS_PER_SECOND = 2_000;

/** A `setAction` that nobody acknowledges counts as done after this long: the service documents no acknowledgement. */
export const ACTION_ACK_MS = 2_000;

/** Of a call that carries words: longer than `broker(url)` waits for its answer, so that it says itself what happened. */
export const CALL_MS = 90_000;

/** Defaults and overrides together. @throws AvatarError `invalid-argument`, naming the field */
export function resolveTimeouts(overrides: Partial<SessionTimeouts> = {}): SessionTimeouts {
  for (const [field, value] of Object.entries(overrides)) {
    if (!(field in DEFAULT_TIMEOUTS || field === 'idleMs'))
      throw new AvatarError('invalid-argument', `timeouts.${field} is not an option.`);
    const most = field === 'maxQueuedBytes' || field === 'idleMs' ? Infinity : LONGEST_TIMER_MS;
    if (!(typeof value === 'number' && value > 0 && value <= most)) {
      throw new AvatarError('invalid-argument', `timeouts.${field} must be above 0 and at most ${most}.`);
    }
  }
  return { ...DEFAULT_TIMEOUTS, ...overrides };
}
