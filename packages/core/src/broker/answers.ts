/** What the broker answers, looked at before it is used. */

import type { Provider } from '../credentials';
import { AvatarError, type AvatarErrorCode } from '../errors';
import type { Answer } from './exchange';
import { type CallAnswer, OPENED, type OpenedSession, type Refused, type Unchecked } from './wire';

const CODES: Readonly<Record<Refused['code'], true>> = {
  'invalid-argument': true,
  unsupported: true,
  'session-gone': true,
  'connect-timeout': true,
  network: true,
  'service-busy': true,
  'service-refused': true,
};

const LONGEST_MESSAGE = 500;

export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** What the broker said; by status where the answer is not in its words, or not the one that it was to give. */
export function errorOf({ status, body }: Answer): AvatarError {
  const refused: Unchecked<Refused> = fieldsOf(fieldsOf(body).error);
  const { code, message, service, serviceCode, retryAfterMs } = refused;
  return new AvatarError(
    isKnown(code) ? code : codeOf(status),
    isText(message) ? message.slice(0, LONGEST_MESSAGE) : `No broker answers like this (status ${status}).`,
    {
      ...(isText(service) && { service }),
      ...((isText(serviceCode) || typeof serviceCode === 'number') && { serviceCode }),
      ...(isDuration(retryAfterMs) && { retryAfterMs }),
    },
  );
}

/** What is in the credentials, the adapter checks. @throws AvatarError */
export function openedIn(answer: Answer, provider: Provider): OpenedSession {
  const { status, body } = answer;
  if (status === OPENED && isOpened(body, provider)) return body;
  throw errorOf(answer);
}

/** Of a session that stands open, whatever else the answer says. */
export function idIn({ status, body }: Answer): string | undefined {
  const { sessionId }: Unchecked<OpenedSession> = fieldsOf(body);
  return status === OPENED && isText(sessionId) ? sessionId : undefined;
}

/** @throws AvatarError */
export function resultIn(answer: Answer): unknown {
  const fields: Unchecked<CallAnswer> = fieldsOf(answer.body);
  if (isOk(answer) && 'result' in fields) return fields.result;
  throw errorOf(answer);
}

function isOpened(body: unknown, provider: Provider): body is OpenedSession {
  const opened: Unchecked<OpenedSession> = fieldsOf(body);
  return (
    opened.provider === provider &&
    fieldsOf(opened.credentials) === opened.credentials &&
    isText(opened.sessionId) &&
    /^[\w-]+$/.test(opened.sessionId) &&
    isDuration(opened.expiresInMs) &&
    isDuration(opened.beatEveryMs) &&
    opened.beatEveryMs >= 1
  );
}

function codeOf(status: number): AvatarErrorCode {
  if (status === 429) return 'service-busy';
  return status >= 400 && status < 500 ? 'service-refused' : 'network';
}

function isKnown(code: unknown): code is Refused['code'] {
  return isText(code) && Object.hasOwn(CODES, code);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isDuration(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && ms < Infinity;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value);
}
