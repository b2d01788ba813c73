/** One request to the broker and its answer: bounded in time, and gone with its signal. */

import type { Clock } from '../clock';
import { AvatarError } from '../errors';
import { within } from '../session/waiting';

export interface Answer {
  readonly status: number;
  /** What its JSON says; undefined where there is none. */
  readonly body: unknown;
}

/** More than the broker gives a service to open. */
const LONGEST_MS = 60_000;

/** @throws AvatarError `network` when no answer came, or not the whole of it; `signal.reason` after an abort */
export function exchange(send: typeof fetch, address: string, init: RequestInit): Promise<Answer> {
  return exchangeFor(send, address, init, answerOf);
}

/** The same, with the answer as `read` takes it. */
export async function exchangeFor<T>(
  send: typeof fetch,
  address: string,
  init: RequestInit,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  try {
    // In the turn of the call: a page that goes away has no other.
    return await read(await send(address, { method: 'POST', ...init }));
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new AvatarError('network', 'The broker did not answer.', { cause });
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: parsed(await response.text()) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What `task` brings. It starts in this turn. When it fails, takes too long or `signal` is aborted, so is the signal
 * that it was given.
 */
export async function bounded<T>(
  clock: Clock,
  task: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  try {
    return await within(task(controller.signal), {
      clock,
      timeoutMs: LONGEST_MS,
      signal,
      onTimeout: () =>
        new AvatarError('connect-timeout', `The broker did not answer within ${LONGEST_MS} ms.`),
    });
  } catch (error) {
    controller.abort(error);
    throw error;
  }
}

/** Aborted with the first of them, of which none is yet. The platform's own leaves no listener on one that lives on. */
export function eitherOf(signals: readonly AbortSignal[]): AbortSignal {
  // Browsers have it since 2024.
  const { any }: { any?: typeof AbortSignal.any } = AbortSignal;
  if (any) return any.call(AbortSignal, [...signals]);
  const first = new AbortController();
  for (const one of signals) {
    one.addEventListener('abort', () => first.abort(one.reason), { signal: first.signal });
  }
  return first.signal;
}

export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.schedule(resolve, ms);
  });
  await within(over, { clock, signal }).finally(cancel);
}
