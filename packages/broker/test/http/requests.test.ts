import { describe, expect, it } from 'vitest';
import { serviceDouble } from './support/service-double';
import { type Answer, refusal, SECRET, stage } from './support/stage';

const KEY = 'key-of-the-page-once';
const JSON_TYPE = { 'content-type': 'application/json', 'idempotency-key': KEY };

function expectRefused(answer: Answer, status: number, field?: string): void {
  expect([answer.status, refusal(answer)]).toEqual([
    status,
    expect.objectContaining({ code: 'invalid-argument', ...(field !== undefined && { field }) }),
  ]);
}

describe('what a create may ask for', () => {
  it.each([
    'avatar_id',
    'avatarId',
    'webhookUrl',
    'credentials',
    'durationSeconds',
    'room',
    'service',
    'url',
    'constructor',
    'toString',
  ])('refuses %s by name, and asks no service', async (field) => {
    const { open, double } = stage();
    const answer = await open({ [field]: 'https://evil.example' });
    expectRefused(answer, 400, field);
    expect(answer.text).toContain('is not taken');
    expect(answer.text).not.toContain('evil.example');
    expect(double.asked).toEqual([]);
  });

  it.each([
    ['provider', { provider: 'memory' }],
    ['provider', { provider: { agora: { token: 'x' } } }],
    ['provider', { provider: ['agora'] }],
    ['closeSecret', { closeSecret: 'short' }],
    ['closeSecret', { closeSecret: 'x'.repeat(129) }],
    ['closeSecret', { closeSecret: `${SECRET}\n` }],
    ['closeSecret', { closeSecret: null }],
    ['preset', { preset: '../guide' }],
    ['preset', { preset: { service: 'akool', avatarId: 'x' } }],
    ['language', { language: 'https://evil.example' }],
    ['mode', { mode: 'shouting' }],
  ])('refuses %s where it is %j', async (field, body) => {
    const { open, double } = stage();
    expectRefused(await open(body), 400, field);
    expect(double.asked).toEqual([]);
  });

  it.each(['provider', 'closeSecret'])('says that %s is missing', async (field) => {
    const { open } = stage();
    const answer = await open({ [field]: undefined });
    expectRefused(answer, 400, field);
    expect(answer.text).toContain(`${field} is missing`);
  });

  it.each([undefined, 'short', 'x'.repeat(129), 'with spaces in the key', ''])(
    'refuses the idempotency key %j',
    async (key) => {
      const { send } = stage();
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      expectRefused(
        await send('/sessions', { headers, body: { provider: 'agora', closeSecret: SECRET } }),
        400,
      );
    },
  );

  it('gives authorize checked fields and nothing else, and no secret', async () => {
    const asked: unknown[] = [];
    const { open } = stage({
      authorize: (_caller, wanted) => {
        asked.push(wanted);
        return undefined;
      },
    });
    await open({ preset: 'guide', language: 'de', mode: 'dialogue' });
    await open();
    expect(asked).toEqual([
      { provider: 'agora', preset: 'guide', language: 'de', mode: 'dialogue' },
      { provider: 'agora' },
    ]);
  });
});

describe('bodies', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"provider":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"agora"'],
    ['two values', '{}{}'],
  ])('refuses %s as the body of a create', async (_what, body) => {
    const { send } = stage();
    expectRefused(await send('/sessions', { headers: JSON_TYPE, body }), 400, 'body');
  });

  it('refuses what is no UTF-8', async () => {
    const { send } = stage();
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    expectRefused(await send('/sessions', { headers: JSON_TYPE, body }), 400, 'body');
  });

  it('refuses 60 KB of opening brackets before they are parsed', async () => {
    const { send, opened } = stage();
    const id = await opened();
    for (const body of ['['.repeat(60_000), '{"a":'.repeat(12_000)]) {
      const startedAt = performance.now();
      expectRefused(await send(`/sessions/${id}/calls/ask`, { headers: JSON_TYPE, body }), 400, 'body');
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  it('counts brackets inside of texts as text', async () => {
    const { send, opened, double } = stage();
    const body = { text: `${'['.repeat(100)} an inch: 1" ${'{'.repeat(100)}` };
    expect((await send(`/sessions/${await opened()}/calls/ask`, { body })).status).toBe(200);
    expect(double.said[0]?.body).toEqual(body);
  });

  it('takes JSON as deep as the limit and no deeper', async () => {
    const { send, opened } = stage({ limits: { maxJsonDepth: 4 } });
    const id = await opened();
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const statusOf = async (depth: number) =>
      (await send(`/sessions/${id}/calls/ask`, { headers: JSON_TYPE, body: nested(depth) })).status;
    expect([await statusOf(4), await statusOf(5)]).toEqual([200, 400]);
  });

  it('takes the last of two fields of one name, as JSON says, and checks that one', async () => {
    const { send, double } = stage();
    const body = `{"provider":"agora","closeSecret":"${SECRET}","provider":"memory"}`;
    expectRefused(await send('/sessions', { headers: JSON_TYPE, body }), 400, 'provider');
    expect(double.asked).toEqual([]);
  });

  it.each(['__proto__', '__pro\\u0074o__'])(
    'refuses %s at any depth, and no prototype is changed',
    async (name) => {
      const { send, opened } = stage();
      const id = await opened();
      for (const body of [`{"${name}":{"polluted":true}}`, `{"text":"x","more":[{"${name}":1}]}`]) {
        const answer = await send(`/sessions/${id}/calls/ask`, { headers: JSON_TYPE, body });
        expectRefused(answer, 400, '__proto__');
      }
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    },
  );

  it('reads a body without a length no further than the limit', async () => {
    const { send, opened } = stage({ limits: { maxBodyBytes: 10_000 } });
    const id = await opened();
    let given = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given += 1_000;
          controller.enqueue(new Uint8Array(1_000).fill(0x20));
        },
        cancel() {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    expectRefused(await send(`/sessions/${id}/calls/ask`, { headers: JSON_TYPE, body }), 413, 'body');
    expect(given).toBe(11_000);
    expect(cancelled).toBe(true);
  });

  it('refuses a body whose length says that it is too large, unread', async () => {
    const { send, opened } = stage({ limits: { maxBodyBytes: 10_000 } });
    const path = `/sessions/${await opened()}/calls/ask`;
    let read = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          read = true;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { ...JSON_TYPE, 'content-length': '10001' };
    expectRefused(await send(path, { headers, body }), 413, 'body');
    expect(read).toBe(false);
  });

  it('takes a body of exactly the limit', async () => {
    const { send, opened } = stage({ limits: { maxBodyBytes: 1_000 } });
    const path = `/sessions/${await opened()}/calls/ask`;
    const ofLength = (length: number) => `"${'x'.repeat(length - 2)}"`;
    expect((await send(path, { headers: JSON_TYPE, body: ofLength(1_000) })).status).toBe(200);
    expectRefused(await send(path, { headers: JSON_TYPE, body: ofLength(1_001) }), 413, 'body');
  });

  it('does not wait for a body for ever, and leaves no timer behind', async () => {
    const { send, opened, clock } = stage();
    const path = `/sessions/${await opened()}/calls/ask`;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array([0x7b])),
      cancel() {
        cancelled = true;
      },
    });
    const before = clock.scheduled;
    const answer = await clock.run(send(path, { headers: JSON_TYPE, body }));
    expect(answer.status).toBe(408);
    expect(cancelled).toBe(true);
    expect(clock.scheduled).toBe(before);
  });

  it('answers 400 where a body breaks off', async () => {
    const { send, opened } = stage();
    const path = `/sessions/${await opened()}/calls/ask`;
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('cut')) });
    expectRefused(await send(path, { headers: JSON_TYPE, body }), 400, 'body');
  });

  it.each(['gzip', 'br', 'deflate, gzip'])('refuses a body of %s', async (encoding) => {
    const { open } = stage();
    expectRefused(await open({}, { headers: { 'content-encoding': encoding } }), 415, 'content-encoding');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
  ])('refuses a create of %s', async (type) => {
    const { open } = stage();
    expectRefused(await open({}, { headers: { 'content-type': type } }), 415, 'content-type');
  });

  it('takes JSON with a character set, however it is spelt', async () => {
    const { open } = stage();
    expect((await open({}, { headers: { 'content-type': 'Application/JSON; charset=UTF-8' } })).status).toBe(
      201,
    );
  });

  it('takes a close as plain text only', async () => {
    const { opened, close } = stage();
    const id = await opened();
    const answer = await close(id, SECRET, { headers: { 'content-type': 'application/json' } });
    expectRefused(answer, 415, 'content-type');
    expect((await close(id)).status).toBe(204);
  });

  it.each([
    ['id', { id: 'short', secret: SECRET }],
    ['id', { secret: SECRET }],
    ['secret', { id: 'A'.repeat(22) }],
    ['reason', { id: 'A'.repeat(22), secret: SECRET, reason: 'x' }],
  ])('names %s where a close is %j', async (field, body) => {
    const { send } = stage();
    const headers = { 'content-type': 'text/plain' };
    expectRefused(await send('/close', { as: undefined, headers, body: JSON.stringify(body) }), 400, field);
  });
});

describe('what went wrong on the server', () => {
  it('answers 500 without a word of the cause, and logs it under the request id without the login', async () => {
    const { open, log } = stage({
      authenticate: (request) => {
        throw new Error(`no such table: ${request.headers.get('authorization')}`);
      },
    });
    const answer = await open({}, { as: 'token-of-the-caller' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('table');
    const line = log.find((each) => each.includes('no such table'));
    expect(line).toContain(String(answer.headers.get('x-request-id')));
    expect(log.join('\n')).not.toContain('token-of-the-caller');
  });

  it.each([
    ['an empty id', ''],
    ['257 characters', 'x'.repeat(257)],
    ['a line break', 'alice\nadmin'],
    ['half a character', 'alice\ud800'],
    ['a number', 7],
    ['no id', undefined],
  ])('answers 500 to a caller with %s, and logs it', async (_what, id) => {
    const { open, log, double } = stage({ authenticate: () => ({ id: id as string }) });
    expect((await open()).status).toBe(500);
    expect(log.join('\n')).toContain('1 to 256 printable characters');
    expect(double.asked).toEqual([]);
  });

  it('asks for a login with 401', async () => {
    const { open } = stage();
    const answer = await open({}, { as: undefined });
    expect(answer.status).toBe(401);
    expect(refusal(answer)).toMatchObject({ code: 'service-refused' });
  });

  it('answers 403 where authorize says no', async () => {
    const { open, double } = stage({ authorize: () => undefined });
    expect((await open()).status).toBe(403);
    expect(double.asked).toEqual([]);
  });

  it.each([
    ['a service that is not there', { service: 'other', request: { avatarId: 'a', durationSeconds: 60 } }],
    ['no duration', { service: 'double', request: { avatarId: 'a' } }],
    ['a duration of 0', { service: 'double', request: { avatarId: 'a', durationSeconds: 0 } }],
    ['a duration of half a second', { service: 'double', request: { avatarId: 'a', durationSeconds: 0.5 } }],
    ['a duration of two days', { service: 'double', request: { avatarId: 'a', durationSeconds: 172_800 } }],
    ['no request', { service: 'double' }],
  ])('answers 500 and logs it where authorize names %s', async (_what, opening) => {
    const { open, log, double } = stage({ authorize: () => opening as never });
    expect((await open()).status).toBe(500);
    expect(log.join('\n')).toContain('The answer of authorize');
    expect(double.asked).toEqual([]);
  });

  it('says to the page that what is opened is not on its network', async () => {
    const { open, double } = stage();
    expectRefused(await open({ provider: 'trtc' }), 400, 'provider');
    expect(double.asked).toEqual([]);
  });

  it('does not reject when the logger and the observer throw', async () => {
    const thrown = () => {
      throw new Error('full disk');
    };
    const { broker } = stage({
      authenticate: thrown,
      logger: { error: thrown, warn: thrown, info: thrown, debug: thrown },
      observe: thrown,
    });
    const request = new Request('https://broker.example/api/avatar/sessions', { method: 'POST' });
    await expect(broker.fetch(request)).resolves.toMatchObject({ status: 500 });
  });

  it('answers what is thrown that is no error', async () => {
    const { open } = stage({ double: serviceDouble({ open: () => Promise.reject('just a text') }) });
    const answer = await open();
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('just a text');
  });
});
