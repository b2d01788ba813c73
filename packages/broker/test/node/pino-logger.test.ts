import { AvatarError } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { pinoLogger } from '../../src/node';

function logging(options: Parameters<typeof pinoLogger>[0] = {}) {
  const lines: string[] = [];
  const logger = pinoLogger({ ...options, destination: { write: (line) => void lines.push(line) } });
  return {
    logger,
    lines,
    text: () => lines.join(''),
    last: () => JSON.parse(lines.at(-1) ?? 'null') as unknown,
  };
}

test('each line is one JSON object with its level, its time and what was said', () => {
  const { logger, lines, last } = logging();
  logger.warn('two\nlines', { route: '/sessions', status: 429 });
  expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
  expect(last()).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    msg: 'two\nlines',
    route: '/sessions',
    status: 429,
  });
});

test('a log that cannot be written, as on a full disk, costs its lines and nothing else', () => {
  const full = () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const logger = pinoLogger({ destination: { write: full } });
  expect(() => logger.error('lost', { route: '/sessions' })).not.toThrow();
});

test('what is below the level is not written', () => {
  const { logger, lines } = logging({ level: 'warn' });
  logger.info('no');
  logger.debug('no');
  logger.error('yes');
  expect(lines).toHaveLength(1);
});

test.each([
  'authorization',
  'Cookie',
  'set-cookie',
  'token',
  'accessToken',
  'apiKey',
  'x-api-key',
  'api_key',
  'key',
  'password',
  'secret',
  'closeSecret',
  'closeSecretDigest',
  'clientSecret',
  'credentials',
  'userSig',
  'privateKey',
  'sdp',
  'offer',
])('the value of a field called %s is not written, at any depth', (name) => {
  const { logger, text } = logging();
  const cause = Object.assign(new Error('inner'), { [name]: 'hush-1' });
  logger.error('failed', {
    [name]: 'hush-2',
    list: [{ deep: { [name]: { in: 'hush-3' } } }],
    error: new Error('outer', { cause }),
  });
  expect(text()).toContain(name);
  expect(text()).not.toContain('hush');
});

test('a secret that is known, a web token, a Bearer and a login in an address are left out of every text', () => {
  const { logger, text } = logging({ secrets: ['s3cret/+"key', 'other-key'] });
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln';
  const words = [
    's3cret/+"key',
    encodeURIComponent('s3cret/+"key'),
    `Bearer abc.def`,
    jwt,
    'redis://ann:pass-word@10.0.0.1:6379',
  ].join(' ');
  logger.info(words, {
    detail: words,
    [words]: 'name',
    list: [words],
    url: new URL('https://ann:pass-word@example.com/'),
    error: new AvatarError('network', words, { cause: Object.assign(new TypeError(words), { code: words }) }),
    quoted: JSON.stringify({ 'x-thing': 's3cret/+"key' }),
  });
  for (const secret of ['s3cret', 'abc.def', jwt, 'eyJ', 'pass-word']) expect(text()).not.toContain(secret);
  expect(text()).toContain('10.0.0.1:6379');
});

test('an error is written with its code, its stack and what caused it', () => {
  const { logger, last } = logging();
  logger.error('failed', {
    error: new AvatarError('network', 'no line', { service: 'akool', cause: new Error('EPIPE') }),
  });
  expect(last()).toMatchObject({
    error: {
      name: 'AvatarError',
      code: 'network',
      service: 'akool',
      message: 'no line',
      stack: expect.stringContaining('pino-logger.test'),
      cause: { message: 'EPIPE' },
    },
  });
});

test('what has no end is cut: circles, depth, lists, texts', () => {
  const { logger, text, last } = logging();
  const circle: Record<string, unknown> = { name: 'circle' };
  circle.self = circle;
  const error = new Error('own cause');
  error.cause = error;
  logger.info('much', {
    circle,
    error,
    list: Array.from({ length: 1_000 }, () => 1),
    long: 'x'.repeat(100_000),
    big: 10n,
  });
  expect(text().length).toBeLessThan(60_000);
  expect(last()).toMatchObject({ big: '10' });
});
