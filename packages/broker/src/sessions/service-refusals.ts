/**
 * What the page is told when a service said no, or said nothing. One row for each code of a service half. Its sentence is
 * ours: what a service says, or another's service half, stands in the log alone.
 */

import { type AvatarError, type AvatarErrorCode, isAvatarError, serviceCodeMeaning } from '@avatarwire/core';
import { Refusal } from '../refusal';

/** In `sentence`, `{}` is the service. */
type Row = readonly [status: Refusal['status'], code: AvatarErrorCode, sentence: string];
type Rows = Readonly<Partial<Record<AvatarErrorCode, Row>>>;

/** Nothing that a page could mend, so no code stands in the sentence. */
const ACCOUNT_REFUSED = "The broker's account was refused by {}";

/** What is asked of the service: whether something is missing depends on it. */
export type Asked = 'open' | 'call';

const BOTH: Rows = {
  'invalid-argument': [400, 'invalid-argument', '{} cannot do it as it was asked'],
  // Of the broker's own account: not `credentials-refused`, on which a page would try the next provider.
  'invalid-credentials': [502, 'service-refused', ACCOUNT_REFUSED],
  'credentials-refused': [502, 'service-refused', ACCOUNT_REFUSED],
  'service-refused': [502, 'service-refused', '{} refused'],
  'service-busy': [503, 'service-busy', '{} has too much to do'],
  'connect-timeout': [504, 'connect-timeout', '{} did not answer in time'],
};

const ROWS: Readonly<Record<Asked, Rows>> = {
  open: {
    ...BOTH,
    unsupported: [400, 'invalid-argument', '{} cannot do what was asked'],
    'session-gone': [502, 'service-refused', '{} ended the session at once'],
  },
  call: {
    ...BOTH,
    unsupported: [404, 'unsupported', '{} cannot do what was asked'],
    'session-gone': [404, 'session-gone', '{} has ended the session'],
  },
};

const OTHERS: Row = [502, 'network', '{} could not be reached, or its answer could not be read'];

/** Where the service does not say when it has time again. */
const RETRY_AFTER_MS = 5_000;

/** How a service half names a field of what a page sent: `body.text must be …`. Texts of a service look otherwise. */
const FIELD = /^(body(?:\.[A-Za-z]\w{0,31}){1,3}) /;

/** A code that is text may be any text. */
const CODE = /^[\w.-]{1,64}$/;

/** A refusal whose `cause` is the error itself, for the log. */
export function serviceRefusal(asked: Asked, service: string, error: unknown): Refusal {
  if (!isAvatarError(error)) {
    return new Refusal(500, 'network', 'The broker failed.', { service, cause: error });
  }
  const [status, code, sentence] = rowOf(asked, error);
  const serviceCode = codeOf(error);
  const field = asked === 'call' && code === 'invalid-argument' ? FIELD.exec(error.message)?.[1] : undefined;
  const message = field === undefined ? sentence : `${field} is not as {} takes it`;
  const meaning = sentence === ACCOUNT_REFUSED ? '' : meaningOf(service, serviceCode);
  return new Refusal(status, code, `${message.replace('{}', () => service)}${meaning}.`, {
    service,
    cause: error,
    ...(field !== undefined && { field }),
    ...(serviceCode !== undefined && { serviceCode }),
    ...(code === 'service-busy' && { retryAfterMs: error.retryAfterMs ?? RETRY_AFTER_MS }),
  });
}

function rowOf(asked: Asked, { code }: AvatarError): Row {
  return (Object.hasOwn(ROWS[asked], code) ? ROWS[asked][code] : undefined) ?? OTHERS;
}

function codeOf({ serviceCode }: AvatarError): number | string | undefined {
  if (typeof serviceCode === 'number') return serviceCode;
  return typeof serviceCode === 'string' && CODE.test(serviceCode) ? serviceCode : undefined;
}

function meaningOf(service: string, serviceCode: number | string | undefined): string {
  if (serviceCode === undefined) return '';
  const meaning = service === 'akool' ? serviceCodeMeaning(Number(serviceCode)) : undefined;
  return meaning === undefined ? ` (${serviceCode})` : ` (${serviceCode}: ${meaning})`;
}
