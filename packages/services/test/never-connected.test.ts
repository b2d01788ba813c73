import { expect, test } from 'vitest';
import { neverConnected } from '../src/http/never-connected';

const system = (syscall: string, code: string) => Object.assign(new Error(code), { syscall, code });
const failed = (cause: unknown) => new TypeError('fetch failed', { cause });
const every = (...errors: Error[]) => Object.assign(new AggregateError(errors), { code: 'ECONNREFUSED' });

test.each([
  ['a refused connection', failed(system('connect', 'ECONNREFUSED')), true],
  ['a name that is not known', failed(system('getaddrinfo', 'ENOTFOUND')), true],
  [
    'a connection that took too long',
    failed(Object.assign(new Error(), { code: 'UND_ERR_CONNECT_TIMEOUT' })),
    true,
  ],
  [
    'every address refused',
    failed(every(system('connect', 'ECONNREFUSED'), system('connect', 'ENETUNREACH'))),
    true,
  ],
  [
    'one address that did more',
    failed(every(system('connect', 'ECONNREFUSED'), system('read', 'ECONNRESET'))),
    false,
  ],
  ['a reset', failed(system('read', 'ECONNRESET')), false],
  ['an error that says nothing', new TypeError('Failed to fetch'), false],
  ['no error at all', undefined, false],
])('%s', (_, error, expected) => {
  expect(neverConnected(error)).toBe(expected);
});

test('an error that is its own cause ends', () => {
  const error = new Error('round');
  error.cause = error;
  expect(neverConnected(error)).toBe(false);
});
