/** How entering fails, as the SDK was seen to fail (trtc-sdk-v5 5.17.1, in Chromium, without Tencent's servers). */

import type { Clock } from '@avatarwire/core';
import { trtcError } from './trtc-error';
import type { SignalState } from './trtc-events';

/**
 * - `http-refused`: no DNS, nobody listens, HTTP 404 or 500. Rejects 5500 within a second; no events.
 * - `http-slow`: every request fails after a second. Rejects 5500 after 8 s; no events.
 * - `http-hang`: no answer, for ever. Not even `destroy()` ends it.
 * - `signalling-refused`: pending, tried again every 2 s, with the connection's state flapping; one `error` 5501.
 * - `signalling-hang`: the socket never opens. Pending, tried again every 12 s; CONNECTING, and one `error` 5501.
 * - `signalling-mute`: the socket opens and says nothing: CONNECTED, and 5400 after 10 s.
 * - `signalling-closes`: the socket opens and closes at once: CONNECTED, and 5500.
 * - `signature-refused`, `signature-expired`: the server's no, 5400 with the `extraCode` 70003 and 70001.
 * - `{ serverCode }`: another of the server's, 5400 with this `extraCode`.
 */
export type JoinFault =
  | 'http-refused'
  | 'http-slow'
  | 'http-hang'
  | 'signalling-refused'
  | 'signalling-hang'
  | 'signalling-mute'
  | 'signalling-closes'
  | 'signature-refused'
  | 'signature-expired'
  | { readonly serverCode: number };

const SLOW_REQUESTS = 8;
const SLOW_REQUEST_MS = 1_000;
const RETRY_MS = 2_000;
const SOCKET_MS = 10_000;
const MUTE_MS = 5_000;
const JOINS = 2;
/** So many sockets that did not open are a firewall's doing. */
const FIREWALL_AFTER = 3;

/** What an attempt to enter does to its instance. */
export interface Attempt {
  readonly clock: Clock;
  /** Aborted by `destroy()`. */
  readonly signal: AbortSignal;
  /** One way, in milliseconds. */
  latencyMs(): number;
  move(state: SignalState, isReconnecting?: boolean): void;
  firewall(): void;
}

const refused = () => trtcError(5500, 'enterRoom(): the room could not be entered.', 'enterRoom');
const serverError = (extraCode: number, what: string) =>
  trtcError(5400, `enterRoom(): the server answered: ${what}.`, 'enterRoom', extraCode);

export function destroyedError(): Error {
  return trtcError(5100, 'enterRoom(): the instance was destroyed.', 'enterRoom');
}

/** From the call until the server would answer the join; rejects where it fails before, or hangs. */
export async function reachServer(fault: JoinFault | undefined, attempt: Attempt): Promise<void> {
  await askForServer(fault, attempt);
  await openSignalling(fault, attempt);
  const code = serverCodeOf(fault);
  if (code === undefined) return;
  await untilAborted(attempt, attempt.latencyMs() * 2);
  attempt.move('DISCONNECTED');
  throw serverError(code, `no, ${code}`);
}

function serverCodeOf(fault: JoinFault | undefined): number | undefined {
  if (fault === 'signature-refused') return 70_003;
  if (fault === 'signature-expired') return 70_001;
  return typeof fault === 'object' ? fault.serverCode : undefined;
}

/** Requests over HTTP. An abort is not looked at before the one under way has its answer. */
async function askForServer(
  fault: JoinFault | undefined,
  { clock, signal, latencyMs }: Attempt,
): Promise<void> {
  const request = async (ms: number) => {
    await pause(clock, ms);
    if (signal.aborted) throw destroyedError();
  };
  if (fault === 'http-hang') await new Promise<never>(() => {});
  if (fault === 'http-slow') {
    for (let count = 0; count < SLOW_REQUESTS; count++) await request(SLOW_REQUEST_MS);
    throw refused();
  }
  await request(latencyMs() * 2);
  if (fault === 'http-refused') throw refused();
}

async function openSignalling(fault: JoinFault | undefined, attempt: Attempt): Promise<void> {
  const { latencyMs, move, firewall } = attempt;
  const wait = (ms: number) => untilAborted(attempt, ms);
  if (fault === 'signalling-refused' || fault === 'signalling-hang') {
    for (let failed = 1; ; failed++) {
      move('CONNECTING');
      await wait(fault === 'signalling-refused' ? latencyMs() : SOCKET_MS);
      if (fault === 'signalling-refused') move('DISCONNECTED');
      if (failed === FIREWALL_AFTER) firewall();
      await wait(RETRY_MS);
    }
  }
  for (let join = 1; join <= JOINS; join++) {
    move('CONNECTING');
    await wait(latencyMs() * 2);
    move('CONNECTED');
    if (fault !== 'signalling-mute' && fault !== 'signalling-closes') return;
    await wait(fault === 'signalling-mute' ? MUTE_MS : latencyMs());
    move('DISCONNECTED');
    if (fault === 'signalling-mute') continue;
    // It begins to reconnect, and is stopped in that by its own failure.
    move('CONNECTING', true);
    move('DISCONNECTED');
  }
  if (fault === 'signalling-closes') throw refused();
  throw serverError(0, 'nothing, until the time was up');
}

export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(resolve, ms);
  });
}

/** Rejects at once when the instance is destroyed. */
export function untilAborted(
  { clock, signal }: Pick<Attempt, 'clock' | 'signal'>,
  ms: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(destroyedError());
    const giveUp = () => {
      cancel();
      reject(destroyedError());
    };
    const cancel = clock.schedule(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    }, ms);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
