import type { OpeningBounds, SessionIntent } from '../../src/store';

/** A Friday, 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 20, 12);
export const HOUR = 3_600_000;

export const wide: OpeningBounds = {
  perCaller: 1_000_000,
  total: 1_000_000,
  msPerDay: Number.MAX_SAFE_INTEGER,
};

let made = 0;

/** An intent like no other, unless told so. */
export function intentOf(given: Partial<SessionIntent> = {}): SessionIntent {
  made += 1;
  const number = String(made).padStart(6, '0');
  return {
    id: `id-${number}`,
    caller: 'ann',
    idempotencyKey: `key-${number}-0000000000`,
    fingerprint: 'a fingerprint',
    closeSecretDigest: 'a digest',
    service: 'akool',
    provider: 'livekit',
    createdAt: NOON,
    endsAt: NOON + HOUR,
    dueAt: NOON + 240_000,
    reservedMs: HOUR,
    ...given,
  };
}
