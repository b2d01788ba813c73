/** What every store decides in the same way. */

import { AvatarError } from '@avatarwire/core';
import { LIVE_STATES, type SessionChanges, type SessionRecord, type SessionState } from './store';

export const DAY_MS = 86_400_000;

/** How many days back session time is remembered. */
export const REMEMBERED_DAYS = 7;

/** UTC days since 1970. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

export function isLive(state: SessionState): boolean {
  return (LIVE_STATES as readonly SessionState[]).includes(state);
}

/** What a change gives back to the day of its caller. */
export function givenBack(
  before: Pick<SessionRecord, 'reservedMs' | 'usedMs'>,
  { usedMs }: SessionChanges,
): number {
  return usedMs === undefined || before.usedMs !== undefined ? 0 : Math.max(0, before.reservedMs - usedMs);
}

/** Databases end a text at a NUL character and write halves of surrogate pairs alike: two callers would become one. */
const UNKEEPABLE = /[\0\p{Surrogate}]/u;

/** Whether a text comes back from every database as it was written. */
export function isKeepable(text: string): boolean {
  return !UNKEEPABLE.test(text);
}

export function keepable(field: string, text: string): string {
  if (isKeepable(text)) return text;
  throw new AvatarError(
    'invalid-argument',
    `${field}: must hold no NUL character and no half of a surrogate pair`,
  );
}

export function idTaken(): AvatarError {
  return new AvatarError('invalid-argument', 'id: there is a record of this id already');
}

/** A counter is forgotten so long after its window: clocks of several brokers are not quite alike. */
export const COUNTER_GRACE_MS = 60_000;

export interface CounterWindow {
  readonly used: number;
  readonly resetsAt: number;
}

/** How a counter stands after `count`. */
export function counted(
  window: CounterWindow | undefined,
  { amount, windowMs, now }: { readonly amount: number; readonly windowMs: number; readonly now: number },
): CounterWindow {
  const goesOn = window !== undefined && now < window.resetsAt && window.resetsAt <= now + 2 * windowMs;
  return {
    used: Math.max(0, (goesOn ? window.used : 0) + amount),
    resetsAt: goesOn ? window.resetsAt : now + windowMs,
  };
}

export function closedStore(): AvatarError {
  return new AvatarError('not-connected', 'The store is closed.');
}
