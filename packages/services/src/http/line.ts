/** A service's line: requests over it are repeated where that is safe, and what comes back has been looked at. */

import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';
import { markUncertain } from '../uncertain';
import { attempt, type Exchange, type Line, type Outcome } from './attempt';
import { ATTEMPTS, backOffMs, pause, worthWaiting } from './back-off';

export interface Call<T> extends Exchange {
  /** `safe`: coming twice does no harm. `unsent`: only if the request reached nobody. */
  readonly repeat: 'safe' | 'unsent';
  /** The `data` of a success. */
  readonly answer: v.GenericSchema<unknown, T>;
  /** No further request is begun once it is aborted; one under way goes on. */
  readonly stop?: AbortSignal;
}

/**
 * @throws AvatarError, marked as uncertain where the request may have done what it asked for; the reason of a signal
 */
export async function call<T>(line: Line, wanted: Call<T>): Promise<T> {
  const { options, dialect } = line;
  const signals = [wanted.signal, wanted.stop].filter((signal) => signal !== undefined);
  for (let number = 1; ; number++) {
    const stopped = signals.find((signal) => signal.aborted);
    if (stopped) throw stopped.reason;
    const began = options.clock.now();
    const outcome = await attempt(line, wanted);
    const details = { what: wanted.what, ms: Math.round(options.clock.now() - began), attempt: number };
    if (outcome.ok) {
      options.logger.debug(`${dialect.service}: answered`, details);
      return usable(line, wanted.what, wanted.answer, outcome.data);
    }
    const { error } = outcome;
    const { code, serviceCode } = error;
    options.logger.debug(`${dialect.service}: failed`, { ...details, code, serviceCode });
    if (number === ATTEMPTS || !mayRepeat(wanted, outcome)) {
      throw outcome.done === 'unknown' ? markUncertain(error) : error;
    }
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
 * @throws AvatarError `network`, marked as uncertain
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
  throw markUncertain(new AvatarError('network', message, { service: dialect.service }));
}
