/** What the keeper itself refuses. */

import { Refusal } from '../refusal';
import type { OpeningBounds, SessionRecord } from '../store';

const DAY_MS = 86_400_000;
const BUSY_MS = 5_000;
const STILL_OPENING_MS = 2_000;

/** The same for an id that does not exist, one of somebody else, and a wrong secret. */
export function noSuchSession(): Refusal {
  return new Refusal(404, 'session-gone', 'There is no such session, or it is over.');
}

export function noSuchAction(service: string): Refusal {
  return new Refusal(404, 'unsupported', 'The service takes no such call.', { service });
}

export function shuttingDown(): Refusal {
  return new Refusal(503, 'service-busy', 'The broker is shutting down.', { retryAfterMs: BUSY_MS });
}

/** `authorize` named a service that is not there. */
export function wronglySetUp(): Refusal {
  return new Refusal(500, 'network', 'The broker is not set up for this.');
}

export function openedTooSlowly(service: string): Refusal {
  return new Refusal(504, 'connect-timeout', 'The session took too long to open.', { service });
}

export function limitReached(bound: keyof OpeningBounds, now: number): Refusal {
  switch (bound) {
    case 'perCaller':
      return new Refusal(429, 'service-busy', 'Too many sessions of yours stand open. Close one.', {
        retryAfterMs: BUSY_MS,
      });
    case 'total':
      return new Refusal(429, 'service-busy', 'Too many sessions stand open.', { retryAfterMs: BUSY_MS });
    case 'msPerDay':
      return new Refusal(429, 'service-busy', 'The session time of this day is used up.', {
        retryAfterMs: DAY_MS - (now % DAY_MS),
      });
  }
}

/** The key was used before. */
export function keyKnown(record: SessionRecord, fingerprint: string): Refusal {
  if (record.fingerprint !== fingerprint) {
    const message = 'Idempotency-Key: another request was sent with this key. Use a new one.';
    return new Refusal(400, 'invalid-argument', message, { field: 'Idempotency-Key' });
  }
  switch (record.state) {
    case 'opening':
      return new Refusal(
        409,
        'service-busy',
        'The session of this Idempotency-Key is being opened, and is closed then.',
        {
          retryAfterMs: STILL_OPENING_MS,
        },
      );
    case 'failed':
    case 'unresolved':
      return keySpent('No session came of this Idempotency-Key. Use a new one.');
    case 'open':
    case 'closing':
    case 'closed':
      return keySpent('The session of this Idempotency-Key was opened; its credentials are given once.');
  }
}

function keySpent(message: string): Refusal {
  return new Refusal(409, 'session-gone', message);
}
