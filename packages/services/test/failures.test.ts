/** Every way to fail: what comes of it, and that no secret is in it. */

import { describe, expect, test, vi } from 'vitest';
import { json, scriptedServer } from './support/scripted-server';
import {
  everythingIn,
  KEYS,
  keptLog,
  makeServer,
  NAMES,
  REQUESTS,
  refused,
  signal,
  stage,
} from './support/stage';

const SECRETS = [
  KEYS.akool.apiKey,
  KEYS.akool.clientSecret,
  encodeURIComponent(KEYS.akool.clientSecret),
  KEYS.a2e,
  KEYS.heygen,
  KEYS.liveavatar,
  'session-credential',
];

function expectNoSecret(where: string, text: string): void {
  for (const secret of SECRETS) expect(text, where).not.toContain(secret);
}

describe.each(NAMES)('%s', (name) => {
  test.each([
    ['malformed', 'network'],
    ['cut', 'network'],
    ['oversize', 'service-refused'],
    ['reset', 'network'],
    ['server-error', 'network'],
    ['too-many-requests', 'service-busy'],
  ] as const)(
    'a create that meets "%s" fails with %s, without a secret in error and log',
    async (failure, code) => {
      const { mock, server, log } = await stage();
      mock[name].fail(failure, { on: 'session.create' });
      const service = server(name, { maxResponseBytes: 100_000 });

      const error = await refused(service.open(REQUESTS[name], { signal: signal() }));

      expect(error).toMatchObject({ code, service: name });
      expectNoSecret('error', everythingIn(error));
      expect(log.length).toBeGreaterThan(0);
      expectNoSecret('log', log.join('\n'));
    },
  );

  test('a service that repeats the key and hands out credentials in every kind of answer leaks nothing', async () => {
    const secrets = `${SECRETS.join(' ')} session-credential`;
    const bodies: [number, string][] = [
      [
        200,
        JSON.stringify({ code: 4242, msg: secrets, message: secrets, error: secrets, trace_id: secrets }),
      ],
      [200, JSON.stringify({ code: secrets, msg: secrets })],
      [401, JSON.stringify({ code: 401, msg: secrets, message: secrets })],
      [500, secrets],
      [200, `{"token":"${secrets}`],
      [200, JSON.stringify({ code: name === 'a2e' ? 0 : 1000, data: secrets })],
      [
        200,
        JSON.stringify({ code: name === 'a2e' ? 0 : 1000, data: { [secrets]: secrets, _id: [secrets] } }),
      ],
      [302, secrets],
    ];
    for (const [status, body] of bodies) {
      const lines: string[] = [];
      const { url } = await scriptedServer((_, response) => {
        response
          .writeHead(status, { location: `http://127.0.0.1:1/${encodeURIComponent(secrets)}` })
          .end(body);
      });
      const service = makeServer(name, { baseUrl: url, logger: keptLog(lines), random: () => 0 });
      for (const error of [
        await refused(service.open(REQUESTS[name], { signal: signal() })),
        ...(service.avatars ? [await refused(service.avatars())] : []),
      ]) {
        expectNoSecret(`${status} ${body}`, everythingIn(error));
        expect(error.message.length).toBeLessThan(700);
      }
      expectNoSecret('log', lines.join('\n'));
    }
  });

  test('what a fetch puts into its own error is redacted', async () => {
    const service = makeServer(name, {
      random: () => 0,
      fetch: (input, init) => {
        const headers = JSON.stringify(init?.headers);
        return Promise.reject(
          new TypeError(`no ${headers}`, { cause: { sent: headers, url: String(input) } }),
        );
      },
    });
    const error = await refused(service.open(REQUESTS[name], { signal: signal() }));

    expect(error.code).toBe('network');
    expect(everythingIn(error)).toContain('[redacted]');
    expectNoSecret('error', everythingIn(error));
  });

  test('the server object shows no key', async () => {
    const { server } = await stage();
    const { inspect } = await import('node:util');
    expectNoSecret('object', inspect(server(name), { depth: 9, showHidden: true }));
    expectNoSecret('object', JSON.stringify(server(name)));
  });

  test('a redirect is not followed: the key would go along', async () => {
    const elsewhere = await scriptedServer((_, response) => json(response, { code: 1000, data: {} }));
    const { url } = await scriptedServer((_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/take` }).end();
    });
    const error = await refused(
      makeServer(name, { baseUrl: url }).open(REQUESTS[name], { signal: signal() }),
    );

    expect(error).toMatchObject({ code: 'service-refused', serviceCode: 307 });
    expect(elsewhere.asked).toEqual([]);
  });

  test('an answer that comes too slowly, or stops half-way, ends at the deadline', async () => {
    const { clock } = await stage();
    for (const answer of ['nothing', 'half'] as const) {
      let reached = 0;
      const { url } = await scriptedServer((_, response) => {
        reached++;
        if (answer === 'half') response.writeHead(200).write('{"code":');
      });
      const closing = refused(makeServer(name, { baseUrl: url, clock, random: () => 0 }).close('some-id'));
      for (const attempt of [1, 2, 3]) {
        await vi.waitFor(() => expect([reached, clock.scheduled]).toEqual([attempt, 1]));
        await clock.advance(15_000);
      }

      expect(await closing).toMatchObject({ code: 'connect-timeout', retryable: true });
      expect(clock.scheduled).toBe(0);
    }
  });

  test('a body that says its size is not read when that is too much', async () => {
    const { url } = await scriptedServer((_, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('{');
    });
    const service = makeServer(name, { baseUrl: url, maxResponseBytes: 4_999 });
    const error = await refused(service.open(REQUESTS[name], { signal: signal() }));
    expect(error).toMatchObject({ code: 'service-refused', retryable: false });
    expect(error.message).toContain('4999 bytes');
  });

  test('an aborted call rejects with the reason, and schedules nothing', async () => {
    const { mock, server, clock } = await stage();
    const service = server(name);
    const { id } = await service.open(REQUESTS[name], { signal: signal() });
    const failing = mock[name].fail('unanswered', { on: 'session.close' });
    const caller = new AbortController();
    const closing = service.close(id, 'test', { signal: caller.signal });
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    caller.abort('enough');

    await expect(closing).rejects.toBe('enough');
    failing.release();
    await vi.waitFor(() => expect(clock.scheduled).toBe(0));
    expect(mock[name].open).toBe(0);
  });
});

test.each([
  ['deep', `{"code":1000,"data":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
  ['wide', `{"code":1000,"data":{"lang_list":[${'{},'.repeat(300_000)}{}]}}`],
  ['a number without end', `{"code":${'9'.repeat(1_000_000)}}`],
  ['a sentence without end', `{"code":1003,"msg":"${'say '.repeat(250_000)}"}`],
])(
  'an answer of a megabyte that is %s is dealt with, and puts nothing long into the error',
  async (_, body) => {
    const { url } = await scriptedServer((_, response) => response.end(body));
    const began = performance.now();
    const answered = await makeServer('akool', { baseUrl: url, random: () => 0 })
      .languages?.()
      .catch((error: Error) => error.message);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(answered?.length).toBeLessThan(700);
  },
);

test('reading is tried three times, and waits as long as the service asks', async () => {
  const { mock, server, clock } = await stage();
  mock.akool.fail({ name: 'too-many-requests', retryAfterSeconds: 3 }, { times: 2 });
  const reading = server('akool').languages?.();

  for (const tries of [1, 2]) {
    await vi.waitFor(() => expect([mock.akool.calls.length, clock.scheduled]).toEqual([tries, 1]));
    await clock.advance(2_999);
    expect(mock.akool.calls).toHaveLength(tries);
    await clock.advance(1);
  }
  await expect(reading).resolves.not.toHaveLength(0);
});

test('a wait that is too long for one call is left to the caller', async () => {
  const { mock, server } = await stage();
  mock.akool.fail({ name: 'too-many-requests', retryAfterSeconds: 60 });
  const error = await refused(server('akool').languages?.() ?? Promise.resolve());

  expect(error).toMatchObject({ code: 'service-busy', retryAfterMs: 60_000 });
  expect(mock.akool.calls).toHaveLength(1);
});

test('an abort ends the pause between two tries', async () => {
  const { mock, server, clock } = await stage();
  mock.akool.fail({ name: 'too-many-requests', retryAfterSeconds: 3 });
  const caller = new AbortController();
  const reading = server('akool').languages?.({ signal: caller.signal });
  await vi.waitFor(() => expect([mock.akool.calls.length, clock.scheduled]).toEqual([1, 1]));
  caller.abort('enough');

  await expect(reading).rejects.toBe('enough');
  expect([mock.akool.calls.length, clock.scheduled]).toEqual([1, 0]);
});
