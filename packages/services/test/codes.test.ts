import { type AvatarErrorCode, isAvatarError, parseAkoolSession, serviceCodeMeaning } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { mayHaveOpened } from '../src';
import { A2E_CODES } from '../src/a2e/codes';
import { AKOOL_CODES } from '../src/akool/codes';
import type { OpenRequest } from '../src/contract';
import { HEYGEN_CODES } from '../src/heygen/codes';
import { LIVEAVATAR_CODES } from '../src/liveavatar/codes';
import { json, scriptedServer } from './support/scripted-server';
import { makeServer, NAMES, type Name, REQUESTS, refused, signal, stage } from './support/stage';

const TABLES = { akool: AKOOL_CODES, a2e: A2E_CODES, heygen: HEYGEN_CODES, liveavatar: LIVEAVATAR_CODES };

/** Written out, so that a change of a class is seen: every code of the reference pages. */
const AKOOL: Readonly<Partial<Record<AvatarErrorCode, readonly number[]>>> = {
  'service-busy': [1005, 1201, 1205, 1211, 1214, 1215],
  'credentials-refused': [1101, 1102],
  'session-gone': [1216, 1219],
  'service-refused': [
    1003, 1004, 1006, 1007, 1008, 1009, 1010, 1011, 1013, 1014, 1015, 1016, 1017, 1103, 1104, 1105, 1108,
    1109, 1110, 1111, 1112, 1200, 1202, 1203, 1204, 1206, 1207, 1208, 1209, 1210, 1212, 1213, 1217, 1218,
    1220, 1221, 1222, 1223,
  ],
};

const documented = (Object.entries(AKOOL) as [AvatarErrorCode, readonly number[]][]).flatMap(
  ([code, numbers]) => numbers.map((number): [Name, number, AvatarErrorCode] => ['akool', number, code]),
);

describe('every documented code, from the mock over HTTP, is a typed error', () => {
  test.each<[Name, number, AvatarErrorCode]>([
    ...documented,
    ['akool', 4242, 'service-refused'],
    ['a2e', 1001, 'service-busy'],
    ['a2e', 4242, 'service-refused'],
    ['heygen', 400_004, 'session-gone'],
    ['heygen', 400_006, 'service-refused'],
    ['heygen', 400_112, 'credentials-refused'],
    ['heygen', 400_599, 'service-refused'],
    ['liveavatar', 4242, 'service-refused'],
  ])('%s %i is %s', async (name, serviceCode, code) => {
    const { mock, server } = await stage();
    const row = TABLES[name][serviceCode];
    // With HTTP 200, and for what is documented with HTTP's own failure as well: the code counts more.
    for (const status of row ? [200, 400] : [200]) {
      mock[name].fail({ name: 'code', code: serviceCode, status }, { on: 'session.create' });

      const error = await refused(server(name).open(REQUESTS[name], { signal: signal() }));

      const retryable = code === 'service-busy';
      expect(error).toMatchObject({ name: 'AvatarError', service: name, code, serviceCode, retryable });
      expect(error.message).toContain(row?.meaning ?? 'a code that is not documented');
      if (row?.advice) expect(error.message).toContain(row.advice);
      expect(mayHaveOpened(error)).toBe(false);
      expect(mock[name].open).toBe(0);
    }
  });

  test('the tables hold exactly the documented codes', () => {
    expect(Object.keys(AKOOL_CODES).map(Number)).toEqual(
      documented.map(([, number]) => number).sort((a, b) => a - b),
    );
    expect(Object.keys(A2E_CODES)).toEqual(['1001']);
    expect(Object.keys(HEYGEN_CODES)).toEqual(['400004', '400006', '400112', '400599']);
    expect(Object.keys(LIVEAVATAR_CODES)).toEqual([]);
    expect(Object.values(AKOOL_CODES).map(({ meaning }) => meaning)).not.toContain(
      'a code without a meaning',
    );
  });

  test("AKOOL's classes are those of core's parseAkoolSession, for every number that has a meaning there", () => {
    for (let code = 1_001; code < 1_400; code++) {
      if (serviceCodeMeaning(code) === undefined) continue;
      expect([code, AKOOL_CODES[code]?.error]).toEqual([code, classInCore(code)]);
    }
  });
});

describe('what the mocks refuse by themselves is a typed error', () => {
  const open = (request: Partial<OpenRequest> = {}) => ({ request });
  test.each<
    [Name, string, { key?: string; full?: boolean; request?: Partial<OpenRequest> }, string, unknown]
  >([
    ['akool', 'a wrong key', { key: 'wrong-key' }, 'credentials-refused', 1101],
    ['akool', 'no room for another', { full: true }, 'service-busy', 1215],
    ['akool', 'an avatar that is busy', open({ avatarId: 'mock_Busy_1080P' }), 'service-busy', 1215],
    ['akool', 'an avatar that is not there', open({ avatarId: 'nobody' }), 'service-refused', 1008],
    ['akool', 'a knowledge base that is not there', open({ knowledgeId: 'none' }), 'service-refused', 1008],
    ['a2e', 'a wrong key', { key: 'wrong-key' }, 'credentials-refused', 401],
    ['a2e', 'no room for another', { full: true }, 'service-busy', 1001],
    ['a2e', 'an avatar that is not there', open({ avatarId: 'nobody' }), 'service-refused', 404],
    ['a2e', 'too short a time', open({ durationSeconds: 5 }), 'service-refused', 400],
    ['heygen', 'a wrong key', { key: 'wrong-key' }, 'credentials-refused', 400_112],
    ['heygen', 'no room for another', { full: true }, 'service-busy', 429],
    ['heygen', 'an avatar that is not there', open({ avatarId: 'nobody' }), 'service-refused', 404],
    ['liveavatar', 'a wrong key', { key: 'wrong-key' }, 'credentials-refused', 401],
    ['liveavatar', 'no room for another', { full: true }, 'service-busy', 429],
    ['liveavatar', 'too long a time', open({ durationSeconds: 90_000 }), 'service-refused', 422],
  ])('%s: %s', async (name, _, { key, full, request }, code, serviceCode) => {
    const { mock, server } = await stage();
    if (full) {
      mock.akool.settings.maxOpenSessions = 0;
      mock.a2e.settings.hosts = 0;
      mock.heygen.settings.maxOpenSessions = 0;
      mock.liveavatar.settings.maxOpenSessions = 0;
    }
    const withKey = (input: RequestInfo | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers);
      for (const header of ['x-api-key', 'authorization'])
        if (key && headers.has(header)) headers.set(header, key);
      return fetch(input, { ...init, headers });
    };
    const opening = server(name, { fetch: withKey }).open(
      { ...REQUESTS[name], ...request },
      { signal: signal() },
    );

    const error = await refused(opening);
    expect(error).toMatchObject({ service: name, code, serviceCode });
    expect([mayHaveOpened(error), mock[name].open]).toEqual([false, 0]);
  });
});

function classInCore(code: number): AvatarErrorCode | undefined {
  try {
    parseAkoolSession({ code });
  } catch (error) {
    if (isAvatarError(error)) return error.code;
  }
  return undefined;
}

describe.each(NAMES)('%s: what an HTTP status says where the body says nothing', (name) => {
  test.each<[number, AvatarErrorCode, boolean]>([
    [400, 'service-refused', false],
    [401, 'credentials-refused', false],
    [402, 'service-refused', false],
    [403, 'credentials-refused', false],
    [404, 'service-refused', false],
    [408, 'connect-timeout', true],
    [413, 'service-refused', false],
    [422, 'service-refused', false],
    [429, 'service-busy', true],
    [500, 'network', true],
    [502, 'network', true],
    [503, 'service-busy', true],
    [504, 'connect-timeout', true],
  ])('%i is %s', async (status, code, retryable) => {
    const { url } = await scriptedServer((_, response) => response.writeHead(status).end('<html>no</html>'));
    const service = makeServer(name, { baseUrl: url });

    const error = await refused(service.open(REQUESTS[name], { signal: signal() }));
    expect(error).toMatchObject({ code, serviceCode: status, retryable, service: name });
  });

  test.each([404, 410])(
    '%i to a close says that the session is gone, in the words of the service',
    async (status) => {
      const { url } = await scriptedServer((_, response) =>
        json(response, { code: status, message: 'not found', msg: 'not found' }, status),
      );
      await expect(makeServer(name, { baseUrl: url }).close('some-id')).resolves.toBe('gone');
    },
  );

  test.each(['', '<html>404</html>', '{"detail":"Not Found"}'])(
    'a 404 that is not the service’s own says nothing of the session: %j',
    async (body) => {
      const { url } = await scriptedServer((_, response) => response.writeHead(404).end(body));
      const error = await refused(makeServer(name, { baseUrl: url }).close('some-id'));
      expect(error).toMatchObject({ code: 'service-refused', serviceCode: 404 });
    },
  );

  test.each([
    ['7', 7_000],
    [new Date(Date.UTC(2026, 0, 1, 0, 0, 30)).toUTCString(), 30_000],
    ['soon', undefined],
    ['-1', undefined],
  ])('Retry-After %s is read in seconds and as a date', async (header, retryAfterMs) => {
    const { clock } = await stage();
    const { url } = await scriptedServer((_, response) => {
      response.writeHead(429, { 'retry-after': header }).end();
    });
    const error = await refused(
      makeServer(name, { baseUrl: url, clock }).open(REQUESTS[name], { signal: signal() }),
    );
    expect([error.code, error.retryAfterMs]).toEqual(['service-busy', retryAfterMs]);
  });
});

test('a success code in an answer whose status is none does not count as success', async () => {
  const { url } = await scriptedServer((_, response) =>
    json(response, { code: 1000, data: { _id: 'x' } }, 500),
  );
  const error = await refused(
    makeServer('akool', { baseUrl: url }).open(REQUESTS.akool, { signal: signal() }),
  );
  expect(error).toMatchObject({ code: 'network', serviceCode: 500 });
});

test("A2E's trace is in the message, and nothing that only looks like one", async () => {
  const trace_id = '8c5b6a0e-27f5-4f43-9d40-1f6f4d1f6a11';
  const answers = [trace_id, 'a2e-key-0b86d2f4'];
  const { url } = await scriptedServer((_, response) =>
    json(response, { code: 7, trace_id: answers.shift() }),
  );
  const a2e = makeServer('a2e', { baseUrl: url });

  expect((await refused(a2e.open(REQUESTS.a2e, { signal: signal() }))).message).toContain(trace_id);
  expect((await refused(a2e.open(REQUESTS.a2e, { signal: signal() }))).message).not.toContain('race');
});
