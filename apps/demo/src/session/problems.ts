/** What failed and has not been dismissed: a few at most, each once. */

import { type AvatarError, isAvatarError } from '@avatarwire/core';
import { type ErrorText, errorTexts } from './error-texts';

export interface Problem extends ErrorText {
  readonly id: number;
  /** In the words of whoever reported it. */
  readonly detail: string;
  /** How often it came in a row. */
  readonly times: number;
}

const KEPT = 3;

/** `problems` with what was thrown in front. The same again is counted, not listed. */
export function addProblem(problems: readonly Problem[], thrown: unknown, id: number): readonly Problem[] {
  const text = explain(thrown);
  const [latest, ...older] = problems;
  if (latest !== undefined && latest.title === text.title && latest.detail === text.detail) {
    return [{ ...latest, times: latest.times + 1 }, ...older];
  }
  return [{ id, times: 1, ...text }, ...problems].slice(0, KEPT);
}

/** What the page says about anything thrown. */
export function explain(thrown: unknown): ErrorText & { readonly detail: string } {
  if (isAvatarError(thrown)) return { ...errorTexts[thrown.code], detail: detailOf(thrown) };
  return {
    title: 'Something went wrong',
    remedy: 'Load the page again.',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  };
}

function detailOf({ message, serviceCode, retryable, retryAfterMs }: AvatarError): string {
  const code = serviceCode === undefined || message.includes(String(serviceCode)) ? '' : ` (${serviceCode})`;
  const wait = retryable && retryAfterMs !== undefined ? ` Again in ${waiting(retryAfterMs)}.` : '';
  return `${message}${code}${wait}`;
}

/** Whole seconds, or minutes where it is many of them. */
function waiting(ms: number): string {
  return ms < 100_000 ? `${Math.ceil(ms / 1_000)} s` : `${Math.ceil(ms / 60_000)} min`;
}
