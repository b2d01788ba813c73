/** A service's line: requests over it are repeated where that is safe, and what comes back has been looked at. */

import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';
import { attempt, type Exchange, type Line, type Outcome } from './attempt';
import { ATTEMPTS, backOffMs, pause, worthWaiting } from './back-off';

/** What became of the money, told by the request that pays. */
export interface Payment {
  /** From the moment when it is sent, until it is certain that it opened nothing. */
  pending: boolean;
}

export interface Call<T> extends Exchange {
  /** `safe`: coming twice does no harm. `unsent`: only if the request reached nobody. */
  readonly repeat: 'safe' | 'unsent';
  /** The `data` of a success. */
  readonly answer: v.GenericSchema<unknown, T>;
  /** No further request is begun once it is aborted; one under way goes on. */
  readonly stop?: AbortSignal | undefined;
  /** Of the request that opens a paid session, and of no other. */
  readonly payment?: Payment | undefined;
}

/** @throws AvatarError; the reason of a signal */
export async function call<T>(line: Line, wanted: Call<T>): Promise<T> {
  const { options, dialect } = line;
  const { payment } = wanted;
  const signals = [wanted.signal, wanted.stop].filter((signal) => signal !== undefined);
  for (let number = 1; ; number++) {
    const stopped = signals.find((signal) => signal.aborted);
    if (stopped) throw stopped.reason;
    const began = options.clock.now();
    if (payment) payment.pending = true;
    const outcome = await attempt(line, wanted);
    const details = { what: wanted.what, ms: Math.round(options.clock.now() - began), attempt: number };
    if (outcome.ok) {
      options.logger.debug(`${dialect.service}: answered`, details);
      return usable(line, wanted.what, wanted.answer, outcome.data);
    }
    const { error, done } = outcome;
    if (payment) payment.pending = done === 'unknown';
    const { code, serviceCode } = error;
    options.logger.debug(`${dialect.service}: failed`, { ...details, code, serviceCode });
    if (number === ATTEMPTS || !mayRepeat(wanted, outcome)) throw error;
    await pause(options.clock, backOffMs(number, options.random, error.retryAfterMs), signals);
  }
}

function mayRepeat(wanted: Call<unknown>, { error, done }: Outcome & { ok: false }): boolean {
  if (!error.retryable || !worthWaiting(error.retryAfterMs)) return false;
  return wanted.repeat === 'safe' || done === 'never';
}

/**
 * What of an answer is used. Says which field was wrong, and never what stood in it.
 *
 * @throws AvatarError `network`
 */
export function usable<T>(
  { dialect }: Line,
  what: string,
  answer: v.GenericSchema<unknown, T>,
  data: unknown,
): T {
  const result = v.safeParse(answer, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const where = path === null ? 'data' : `data.${path}`;
  const message = `${dialect.title} answered (${what}) in a form that is not documented: ${where} is wrong or missing.`;
  throw new AvatarError('network', message, { service: dialect.service });
}
