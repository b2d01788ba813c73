import { describe, expect, it } from 'vitest';
import { makeDocument } from '../../openapi/make-document';
import document from '../../openapi.json';
import { createAnswerChecker } from './support/answer-checker';
import { BASE, HOST, stage } from './support/stage';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: {
      'x-request-id': 'A'.repeat(22),
      'cache-control': 'no-store',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });

const ERROR = { error: { code: 'network', message: 'x' }, requestId: 'A'.repeat(22) };

describe('the OpenAPI document', () => {
  it('is what the source makes of it: `pnpm openapi` writes it anew', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(makeDocument())));
  });

  it('is served to everybody, with the address at which the broker is mounted', async () => {
    const { send } = stage();
    const { status, body } = await send('/openapi.json', { method: 'GET', as: undefined });
    expect(status).toBe(200);
    expect(body).toEqual({ ...document, servers: [{ url: BASE }] });
  });
});

describe('the checker of answers', () => {
  it.each([
    ['a status that is not documented', 'POST', '/close', answer(418, ERROR), 'not documented'],
    ['a body where none is documented', 'POST', '/close', answer(202, {}), 'no body is documented'],
    [
      'a field that is not documented',
      'POST',
      '/close',
      answer(404, { ...ERROR, stack: 'x' }),
      'additional properties',
    ],
    [
      'a code that is none',
      'POST',
      '/close',
      answer(404, { ...ERROR, error: { code: 'x', message: 'y' } }),
      'code',
    ],
    ['no Retry-After', 'POST', '/close', answer(429, ERROR), 'retry-after'],
    [
      'a Retry-After that is no whole number',
      'POST',
      '/close',
      answer(429, ERROR, { 'retry-after': '0.5' }),
      'integer',
    ],
    ['no request id', 'POST', '/close', answer(404, ERROR, { 'x-request-id': '' }), 'pattern'],
    ['what may be cached', 'POST', '/close', answer(404, ERROR, { 'cache-control': 'public' }), 'cached'],
    ['another type', 'POST', '/close', answer(404, ERROR, { 'content-type': 'text/html' }), 'text/html'],
    ['a Location', 'POST', '/close', answer(204, undefined, { location: '/x' }), 'location'],
    ['an answer of a path that is none', 'POST', '/nowhere', answer(200, {}), '404 is documented'],
    ['an answer to a method that is none', 'PUT', '/close', answer(204, undefined), '405 is documented'],
  ])('finds %s', async (_what, method, path, response, found) => {
    const checker = createAnswerChecker(document, BASE);
    const request = new Request(`${HOST}${BASE}${path}`, { method });
    await expect(checker.check(request, response)).rejects.toThrow(found);
  });
});
