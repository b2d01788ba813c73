/** The answers that stand in the document, each once. */

import type { RefusalStatus } from '../src/refusal';

export interface OpenApiHeader {
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: object;
}

export interface OpenApiAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, OpenApiHeader | { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object; readonly examples?: object }>>;
}

const REQUEST_ID = { $ref: '#/components/headers/RequestId' };
const RETRY_AFTER = { $ref: '#/components/headers/RetryAfter' };

export const HEADERS = {
  RequestId: {
    description: 'Random, made for each answer, and in the log of the broker.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{22}$' },
  },
  RetryAfter: {
    description: 'Whole seconds, rounded up; `error.retryAfterMs` is exact.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  Allow: { description: 'The methods of this path.', required: true, schema: { type: 'string' } },
  WwwAuthenticate: { required: true, schema: { type: 'string' } },
} satisfies Readonly<Record<string, OpenApiHeader>>;

/** An answer that holds something. */
export function answers(
  description: string,
  content: NonNullable<OpenApiAnswer['content']> = {},
): OpenApiAnswer {
  const some = Object.keys(content).length > 0;
  return { description, headers: { 'x-request-id': REQUEST_ID }, ...(some && { content }) };
}

export const json = (name: string, examples?: object) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` }, ...(examples && { examples }) },
});

function refuses(
  description: string,
  example: Readonly<Record<string, unknown>>,
  headers: OpenApiAnswer['headers'] = {},
): OpenApiAnswer {
  const value = { error: example, requestId: 'qk3Jm0h8vYw2x4z6B8d0Fg' };
  return {
    description,
    headers: { 'x-request-id': REQUEST_ID, ...headers },
    content: json('ErrorAnswer', { example: { value } }),
  };
}

/** What the broker answers when it does not do what was asked, by status. */
export const REFUSALS = {
  400: refuses('Something in the request is wrong; `error.field` names it.', {
    code: 'invalid-argument',
    message: '"avatar_id" is not taken: what is opened is decided on the server.',
    field: 'avatar_id',
  }),
  401: refuses(
    'Nobody is logged in.',
    { code: 'service-refused', message: 'Nobody is logged in.' },
    { 'www-authenticate': { $ref: '#/components/headers/WwwAuthenticate' } },
  ),
  403: refuses('Not allowed, or from a page on a host that may not use this.', {
    code: 'service-refused',
    message: 'What was asked for is not allowed.',
  }),
  404: refuses("No such session, or not this caller's; or nothing of this name.", {
    code: 'session-gone',
    message: 'There is no such session.',
  }),
  405: refuses(
    'The path is right, the method is not.',
    { code: 'unsupported', message: 'This takes POST.' },
    { allow: { $ref: '#/components/headers/Allow' } },
  ),
  408: refuses('The body did not come in time.', {
    code: 'connect-timeout',
    message: 'The body did not come within 30 seconds.',
  }),
  409: refuses(
    'The idempotency key was used before: take a new one. `service-busy`: its session is being opened, and is closed ' +
      'then. `session-gone`: its credentials were given, or nothing came of it.',
    { code: 'service-busy', message: 'A session with this key is being opened.', retryAfterMs: 1_000 },
    // Only where waiting helps.
    { 'retry-after': { ...HEADERS.RetryAfter, required: false } },
  ),
  413: refuses('The body is too large.', {
    code: 'invalid-argument',
    message: 'The body may have 65536 bytes.',
  }),
  415: refuses('The body is of another type, or compressed.', {
    code: 'invalid-argument',
    message: 'The body has to be application/json.',
    field: 'content-type',
  }),
  429: refuses(
    'Too often, or too much.',
    { code: 'service-busy', message: 'Too many requests to open.', retryAfterMs: 12_500 },
    { 'retry-after': RETRY_AFTER },
  ),
  499: refuses('The client went before the answer. Nobody reads this one: it stands in metrics.', {
    code: 'network',
    message: 'The client went before the answer.',
  }),
  500: refuses('Something failed in the broker. The log has it, under the request id.', {
    code: 'network',
    message: 'Something failed in the broker.',
  }),
  502: refuses('The service failed, or refused.', {
    code: 'service-refused',
    message: 'akool refused (1104: insufficient credits).',
    service: 'akool',
    serviceCode: 1_104,
  }),
  503: refuses(
    'The broker or the service has too much to do, or the broker is ending.',
    { code: 'service-busy', message: 'akool is busy.', service: 'akool', retryAfterMs: 5_000 },
    { 'retry-after': RETRY_AFTER },
  ),
  504: refuses('The service did not answer in time.', {
    code: 'connect-timeout',
    message: 'akool did not answer in time.',
    service: 'akool',
  }),
} satisfies Readonly<Record<RefusalStatus, OpenApiAnswer>>;

export const refusalName = (status: number): string => `Refused${status}`;

export function refused(...statuses: readonly RefusalStatus[]): Record<string, { readonly $ref: string }> {
  return Object.fromEntries(
    statuses.map((status) => [`${status}`, { $ref: `#/components/responses/${refusalName(status)}` }]),
  );
}
