/** How a session ends by itself, when its time is up or when nobody speaks: as state, and as warnings before. */

import type { Clock } from '../clock';
import type { SessionStore } from './session-store';
import type { SessionSnapshot, SessionTimeouts } from './session-types';

export interface Ends {
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  /** A service session was opened that lives this long. */
  opened(expiresInMs: number): void;
  /** What we joined with is over then. */
  expiring(inMs: number): void;
  /** That service session was left. */
  left(): void;
  /** From here on silence counts; `Infinity` for never. Once is enough. */
  watchSilence(idleMs: number): void;
  /** Somebody said something. */
  word(): void;
  /** Looks at the clocks now: call it when the page wakes up. */
  check(): void;
  stop(): void;
}

export interface EndsOptions {
  readonly clock: Clock;
  readonly timeouts: Pick<SessionTimeouts, 'expiringNoticeMs' | 'idlingNoticeMs'>;
  readonly store: SessionStore;
  /** Whether something of ours is on its way: then it is not silent, whatever was heard last. */
  readonly isSending: () => boolean;
  readonly onExpired: () => void;
  readonly onIdle: () => void;
}

/** On both clocks. A laptop that sleeps stops only one of them: it is over when either says so. */
interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  leftMs(): number;
}

/** Longest time between two looks at the clocks, in milliseconds. */
const LONGEST_NAP_MS = 10_000;

/**
 * Longest speech without a word between its signs, in milliseconds: the largest packet of any service, 15,000 letters,
 * is said in 17 minutes. A sign of the end that is still missing then was lost, and nobody pays for ever for that.
 */
const LONGEST_SPEECH_MS = 20 * 60_000;

/**
 * How far the end for silence must have moved to be told anew, in milliseconds: enough for a count of seconds, and no
 * snapshot for every word. What was told is early by less than that, never late.
 */
const TOLD_STEP_MS = 1_000;

export function watchEnds(options: EndsOptions): Ends {
  const { clock, timeouts, store, isSending, onExpired, onIdle } = options;
  const { events, changes, dispatch, getSnapshot } = store;
  const { expiringNoticeMs, idlingNoticeMs } = timeouts;
  let time: Moment | undefined;
  let timeIsNear = false;
  let expired: SessionSnapshot['ending'];

  let idleMs = 0;
  let noticeMs = 0;
  let silence: Moment | undefined;
  let silenceIsNear = false;
  /** Somebody sends or speaks. */
  let isBusy = false;
  /** When silence ends it, as it was told; undefined while somebody sends or speaks. */
  let idleEndsAt: number | undefined;
  let unsubscribe: (() => void) | undefined;
  let cancel: (() => void) | undefined;

  function momentIn(ms: number): Moment {
    const at = clock.wallNow() + ms;
    const end = clock.now() + ms;
    return { at, leftMs: () => Math.min(end - clock.now(), at - clock.wallNow()) };
  }

  /** One timer looks now and then: setting and cancelling one for every word would cost more than the word. */
  function look(): void {
    cancel?.();
    if (!time && !silence) return;
    const timeMs = time?.leftMs() ?? Infinity;
    if (timeMs <= 0) return onExpired();
    const silenceMs = leftOfSilence();
    if (silenceMs <= 0) return onIdle();
    const next = [timeMs, timeMs - expiringNoticeMs, silenceMs, silenceMs - noticeMs, idleMs - noticeMs];
    cancel = clock.schedule(look, Math.min(LONGEST_NAP_MS, ...next.filter((ms) => ms > 0)));
    // Last, for a listener may close the session.
    if (timeMs <= expiringNoticeMs && !timeIsNear) {
      timeIsNear = true;
      expiring(timeMs);
    }
    tellSilence();
  }

  function expiring(inMs: number): void {
    const at = clock.wallNow() + inMs;
    expired = { reason: 'expired', at: Math.min(at, expired?.at ?? at) };
    tell();
    events.emit('expiring', { inMs });
  }

  function leftOfSilence(): number {
    if (!silence) return Infinity;
    const { speaking } = getSnapshot().avatar;
    const sending = isSending();
    const wasBusy = isBusy;
    isBusy = sending || speaking;
    // A voice may end with its avatar, and a text with a failure: neither is a word.
    if (sending || (wasBusy && !isBusy)) silence = momentIn(idleMs);
    return silence.leftMs() + (speaking ? Math.max(0, LONGEST_SPEECH_MS - idleMs) : 0);
  }

  function tellSilence(): void {
    const inMs = leftOfSilence();
    // Of what is over the next look says so.
    if (!silence || inMs <= 0) return;
    const wasNear = silenceIsNear;
    const isNear = inMs <= noticeMs;
    const at = isNear || !isBusy ? clock.wallNow() + inMs : undefined;
    if (isNear === wasNear && Math.abs((at ?? 0) - (idleEndsAt ?? 0)) < TOLD_STEP_MS) return;
    idleEndsAt = at;
    silenceIsNear = isNear;
    tell();
    // Who saw it in the snapshot may have averted it.
    if (silenceIsNear && !wasNear) events.emit('idling', { inMs });
  }

  function tell(): void {
    const idle = silenceIsNear && idleEndsAt ? ({ reason: 'idle', at: idleEndsAt } as const) : undefined;
    const ending = idle && expired && expired.at <= idle.at ? expired : (idle ?? expired);
    dispatch({ type: 'clock', idleEndsAt, ending });
  }

  function left(): void {
    time = undefined;
    expired = undefined;
    timeIsNear = false;
  }

  return {
    get expiresAt() {
      return time?.at;
    },
    opened(expiresInMs) {
      time = momentIn(expiresInMs);
      // A timer and not a call, so that nobody hears of it before the session has joined its parts.
      cancel?.();
      cancel = clock.schedule(look, 0);
    },
    expiring,
    left,
    watchSilence(ms) {
      if (silence || ms === Infinity) return;
      idleMs = ms;
      noticeMs = Math.min(idlingNoticeMs, ms / 2);
      silence = momentIn(ms);
      // A text that has left, and a voice that falls silent, are changes of the snapshot.
      unsubscribe = changes.on('changed', tellSilence);
      look();
    },
    word() {
      if (!silence) return;
      silence = momentIn(idleMs);
      tellSilence();
    },
    check: look,
    stop() {
      left();
      silence = undefined;
      unsubscribe?.();
      cancel?.();
      dispatch({ type: 'clock' });
    },
  };
}
