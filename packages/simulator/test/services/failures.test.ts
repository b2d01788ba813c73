import { describe, expect, test, vi } from 'vitest';
import { akoolCalls, at, send, start, textAt } from './stage';

/** Every code of the reference page, as numbers. */
const CODES = [
  1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1013, 1014, 1015, 1016, 1017, 1101, 1102, 1103, 1104,
  1105, 1108, 1109, 1110, 1111, 1112, 1200, 1201, 1202, 1203, 1204, 1205, 1206, 1207, 1208, 1209, 1210, 1211,
  1212, 1213, 1214, 1215, 1216, 1217, 1218, 1219, 1220, 1221, 1222, 1223,
];

/** As undici says it: `terminated` or `fetch failed`, with the socket's code below. */
const broken = (work: Promise<unknown>) => expect(work).rejects.toMatchObject({ name: 'TypeError' });

describe('failures on demand, over real HTTP', () => {
  test('every documented code of AKOOL, with HTTP 200 and without a session', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    for (const code of CODES) {
      mock.akool.fail({ name: 'code', code });
      expect(await create()).toMatchObject({ status: 200, body: { code, msg: expect.stringMatching(/\w/) } });
    }
    expect(mock.akool.opened).toBe(0);
    expect((await create()).body).toMatchObject({ code: 1000 });
  });

  test('only the next n calls that match fail', async () => {
    const { mock } = await start();
    const { create, list } = akoolCalls(mock);
    const plan = mock.akool.fail({ name: 'code', code: 1215 }, { times: 2, on: 'session.create' });
    const codes: unknown[] = [];
    for (const call of [list, create, list, create, create]) codes.push(at((await call()).body, 'code'));
    expect(codes).toEqual([1000, 1215, 1000, 1215, 1000]);
    expect(plan.left).toBe(0);

    mock.akool.fail('server-error', {
      times: Number.POSITIVE_INFINITY,
      on: ({ query }) => query.get('status') === '4',
    });
    expect((await list('?status=3')).status).toBe(200);
    expect((await list('?status=4')).status).toBe(500);
    expect((await list('?status=4')).status).toBe(500);
    mock.akool.clearFailures();
    expect((await list('?status=4')).status).toBe(200);
  });

  test('a failure of one service leaves the others alone', async () => {
    const { mock } = await start();
    mock.a2e.fail('server-error');
    expect((await akoolCalls(mock).create()).status).toBe(200);
  });

  test('HTTP 429 says when to come again', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    mock.akool.fail({ name: 'too-many-requests', retryAfterSeconds: 7 });
    const refused = await create();
    expect(refused).toMatchObject({ status: 429, body: { code: 1005 } });
    expect(refused.headers.get('retry-after')).toBe('7');
    mock.akool.fail('too-many-requests');
    expect((await create()).headers.get('retry-after')).toBe('1');
    expect(mock.akool.opened).toBe(0);
  });

  test('a 5xx comes as a page, not as JSON, and nothing was done', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    for (const status of [500, 502, 503, 504]) {
      mock.akool.fail({ name: 'server-error', status });
      const failed = await create();
      expect(failed.status).toBe(status);
      expect(failed.headers.get('content-type')).toBe('text/html');
      expect(failed.body).toEqual(expect.stringContaining('<html>'));
    }
    expect(mock.akool.opened).toBe(0);
  });

  test('a reset gives no answer, and nothing was done', async () => {
    const { mock } = await start();
    mock.akool.fail('reset');
    await broken(akoolCalls(mock).create());
    expect(mock.akool.opened).toBe(0);
  });

  test('an answer cut off in its middle was carried out all the same', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    mock.akool.fail('cut');
    await broken(create());
    mock.akool.fail({ name: 'cut', afterBytes: 0 });
    await broken(create());
    expect(mock.akool.open).toBe(2);
    expect(mock.akool.calls.map(({ status }) => status)).toEqual([undefined, undefined]);
  });

  test('half of the body is really there before it is cut', async () => {
    const { mock } = await start();
    mock.akool.fail({ name: 'cut', afterBytes: 12 });
    const response = await fetch(`${mock.urls.akool}/api/open/v3/language/list`, {
      headers: { 'x-api-key': mock.keys.akool.apiKey },
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('{"code":1000');
    await broken(Promise.resolve(reader?.read()));
  });

  test('a malformed answer is HTTP 200 and no JSON, and was carried out', async () => {
    const { mock } = await start();
    mock.akool.fail('malformed');
    const answer = await akoolCalls(mock).create();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual(expect.any(String));
    expect(mock.akool.open).toBe(1);
  });

  test('an oversize answer is still valid, and as long as was asked', async () => {
    const { mock } = await start();
    mock.akool.fail({ name: 'oversize', bytes: 1_000_000 });
    const response = await fetch(`${mock.urls.akool}/api/open/v3/language/list`, {
      headers: { 'x-api-key': mock.keys.akool.apiKey },
    });
    const text = await response.text();
    expect(text).toHaveLength(1_000_000);
    expect(JSON.parse(text)).toMatchObject({ code: 1000 });
  });

  test.each<[string, (response: Response, abort: () => void) => unknown]>([
    ['aborts', (_, abort) => abort()],
    ['cancels it unread', (response) => response.body?.cancel()],
    [
      'cancels it after its first piece',
      async (response) => {
        const reader = response.body?.getReader();
        await reader?.read();
        await reader?.cancel();
      },
    ],
  ])('whoever %s stops an oversize answer, and the call is recorded without a status', async (_, stop) => {
    const { mock } = await start();
    mock.akool.fail({ name: 'oversize', bytes: 200 * 1_024 * 1_024 });
    const controller = new AbortController();
    const response = await fetch(`${mock.urls.akool}/api/open/v3/language/list`, {
      headers: { 'x-api-key': mock.keys.akool.apiKey },
      signal: controller.signal,
    });
    expect(mock.akool.calls).toEqual([]);
    await stop(response, () => controller.abort());
    await vi.waitFor(() =>
      expect(mock.akool.calls).toMatchObject([{ name: 'language.list', status: undefined }]),
    );
  });

  test('a slow call goes on after its time on the clock, and not before', async () => {
    const { mock, clock } = await start();
    const plan = mock.akool.fail({ name: 'slow', ms: 5_000 });
    const creating = akoolCalls(mock).create();
    await vi.waitFor(() => expect(plan.waiting).toBe(1));
    await clock.advance(4_999);
    expect(mock.akool.opened).toBe(0);
    await clock.advance(1);
    expect((await creating).body).toMatchObject({ code: 1000 });
    expect(plan.waiting).toBe(0);
  });

  test('a slow call goes on when released, whoever is still there to hear it', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    const plan = mock.akool.fail('slow', { times: 2 });
    const controller = new AbortController();
    const given = create({}, { signal: controller.signal });
    const patient = create();
    await vi.waitFor(() => expect(plan.waiting).toBe(2));
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    plan.release();
    expect((await patient).body).toMatchObject({ code: 1000 });
    await vi.waitFor(() => expect(mock.akool.open).toBe(2));
  });

  test('a create succeeds after the client gave up', async () => {
    const { mock } = await start();
    const { create, close } = akoolCalls(mock);
    const plan = mock.akool.fail('abandoned', { on: 'session.create' });
    const controller = new AbortController();
    const creating = create({}, { signal: controller.signal });
    await vi.waitFor(() => expect(plan.waiting).toBe(1));
    expect(mock.akool.opened).toBe(0);
    controller.abort();
    await expect(creating).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));
    expect((await close(mock.akool.sessions[0]?.id)).body).toMatchObject({ code: 1000 });
  });

  test('an unanswered create has its session at once, and its answer when released', async () => {
    const { mock } = await start();
    mock.akool.fail('unanswered');
    const creating = akoolCalls(mock).create();
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));
    mock.akool.release();
    expect(textAt((await creating).body, 'data._id')).toBe(mock.akool.sessions[0]?.id);
  });

  test.each([
    [{ name: 'explode' }, 1, undefined, /failure\.name has to be one of/],
    [{ name: 'code' }, 1, undefined, /failure\.code/],
    [{ name: 'server-error', status: 404 }, 1, undefined, /failure\.status/],
    [{ name: 'slow', ms: -1 }, 1, undefined, /failure\.ms/],
    [{ name: 'cut', afterBytes: 'all' }, 1, undefined, /failure\.afterBytes/],
    [{ name: 'oversize', bytes: 2 ** 40 }, 1, undefined, /failure\.bytes/],
    [{ name: 'too-many-requests', retryAfterSeconds: 0.5 }, 1, undefined, /retryAfterSeconds/],
    [{ name: 'reset' }, 0, undefined, /times/],
    [{ name: 'reset' }, 1, 'session.open', /on has to be one of token, session\.create/],
  ])('over HTTP, the failure %j (times %s, on %s) is refused by name', async (failure, times, on, words) => {
    const { mock } = await start();
    const refused = await send(`${mock.urls.control}/fail`, { service: 'akool', failure, times, on });
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringMatching(words) } });
    expect((await akoolCalls(mock).create()).status).toBe(200);
  });
});
