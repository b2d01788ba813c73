/** How an answer fails, in words of our own: nothing that a server said is in them, but codes of a harmless form. */

import { AvatarError, type AvatarErrorCode, type AvatarErrorOptions } from '@avatarwire/core';
import { type Fields, isFields, isText } from './fields';

const failure = (code: AvatarErrorCode, message: string, more: AvatarErrorOptions = {}) =>
  new AvatarError(code, message, { service: 'model', ...more });

export const failures = {
  broken: (cause?: unknown) => failure('network', "The model's answer broke off.", { cause }),
  malformed: () => failure('network', 'The model answered with what is no JSON.'),
  oversize: (limit: string) => failure('service-refused', `The model's answer is longer than ${limit}.`),
  withheld: (serviceCode: string) =>
    failure('service-refused', 'The model kept the rest of its answer back.', { serviceCode }),
  notText: () =>
    failure(
      'service-refused',
      "The response is no text to speak: look at its address, and at its 'content-type'.",
    ),
  unknownShape: () =>
    new AvatarError('invalid-argument', 'source holds chunks of a shape that is not known here: give pick.'),
  noSource: () =>
    new AvatarError(
      'invalid-argument',
      'source must be a response, a stream or an async iterable that nobody reads.',
    ),
};

/** What a response other than a success means. */
export function failureOfStatus(
  status: number,
  headers: Headers | undefined,
  serviceCode: string | number = status,
) {
  if (status === 429) {
    const retryAfterMs = Number(headers?.get('retry-after') ?? Number.NaN) * 1_000;
    const wait = retryAfterMs >= 0 && retryAfterMs < Infinity ? { retryAfterMs } : {};
    return failure('service-busy', 'The model has too much to do, or a budget is used up.', {
      serviceCode,
      ...wait,
    });
  }
  if (status >= 500) return failure('network', 'The model failed.', { serviceCode });
  return failure('service-refused', `The model did not take the request (status ${status}).`, {
    serviceCode,
  });
}

/** The broker's own codes, which mean here what they mean there. */
const KNOWN: ReadonlySet<unknown> = new Set<AvatarErrorCode>([
  'network',
  'connect-timeout',
  'service-busy',
  'service-refused',
  'session-gone',
]);
const BUSY = /rate_limit|overloaded|too_many/;
const REFUSED = /invalid|refus|filter|policy|quota|permission|auth|not_found|too_large|exceeded|billing/;

/** What a stream reports of itself after it began. */
export function failureReported(details: unknown): AvatarError {
  const { code, type }: Fields = isFields(details) ? details : {};
  const named = [code, type].find(isText);
  const message = 'The model reported that it failed.';
  if (isKnown(named)) return failure(named, message);
  const serviceCode = harmless(named);
  if (serviceCode === undefined) return failure('network', message);
  if (BUSY.test(serviceCode)) return failure('service-busy', message, { serviceCode });
  return failure(REFUSED.test(serviceCode) ? 'service-refused' : 'network', message, { serviceCode });
}

/** What the SDKs of OpenAI and Anthropic throw; undefined for anything else. Their own message quotes the server. */
export function failureOfSdk(error: unknown): AvatarError | undefined {
  if (!isFields(error) || !('requestID' in error)) return undefined;
  const { status, code, type, headers } = error;
  if (typeof status !== 'number') return failureReported({ code, type });
  return failureOfStatus(status, headers instanceof Headers ? headers : undefined, harmless(code) ?? status);
}

function isKnown(code: unknown): code is AvatarErrorCode {
  return KNOWN.has(code);
}

/** Codes are words with underscores between them, and keys are not. */
function harmless(code: unknown): string | undefined {
  return isText(code) && /^[a-z]+(_[a-z]+)*$/.test(code) && code.length <= 40 ? code : undefined;
}
