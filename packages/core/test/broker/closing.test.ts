import { afterEach, expect, test, vi } from 'vitest';
import { BASE, ID, opened, openOne, refused, stageBroker } from './scripted-broker';

afterEach(() => vi.unstubAllGlobals());

const requested = { reason: 'requested', keepalive: false } as const;
const pageHidden = { reason: 'page-hidden', keepalive: true } as const;

test.each([requested, pageHidden])('the request to close leaves before close() returns: %o', async (how) => {
  const stage = stageBroker();
  const { details, request } = await openOne(stage);
  void stage.source.close?.(details, how);
  expect(stage.paths()).toEqual(['/sessions', '/close']);
  const sent = stage.last();
  expect(sent.method).toBe('POST');
  expect(Object.fromEntries(sent.headers)).toEqual({ 'content-type': 'text/plain' });
  expect(sent.json).toEqual({ id: ID, secret: request.json.closeSecret });
  // A page may go in the middle of an ordinary close, too.
  expect(sent.keepalive).toBe(true);
  // What a browser lets live on beyond a page is 64 KiB in all.
  expect(sent.text.length).toBeLessThan(256);
});

test('closing needs no login', async () => {
  let asked = 0;
  const stage = stageBroker({
    headers() {
      asked += 1;
      return { authorization: 'Bearer me' };
    },
  });
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  expect(stage.last().headers.has('authorization')).toBe(false);
  await stage.last().answer(204);
  await closing;
  expect(asked).toBe(1);
});

test.each([204, 202, 404])('an answer %i means that it is closed, or will be', async (status) => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  await stage.last().answer(status, status === 404 ? refused('session-gone') : undefined);
  await expect(closing).resolves.toBeUndefined();
  expect(stage.clock.pendingTimers).toBe(0);
  expect(stage.asked).toHaveLength(2);
});

test('a close that fails is tried twice more, after 0.4 and 1.2 seconds, with the same words', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  await stage.last().fail();
  await stage.clock.advance(399);
  expect(stage.asked).toHaveLength(2);
  await stage.clock.advance(1);
  expect(stage.asked).toHaveLength(3);
  await stage.last().answer(429, refused('service-busy'));
  await stage.clock.advance(1_199);
  expect(stage.asked).toHaveLength(3);
  await stage.clock.advance(1);
  expect(stage.asked).toHaveLength(4);
  expect(new Set(stage.asked.slice(1).map(({ text }) => text)).size).toBe(1);
  await stage.last().answer(204);
  await expect(closing).resolves.toBeUndefined();
  expect(stage.clock.pendingTimers).toBe(0);
});

test('a close that fails three times rejects', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  closing?.catch(() => {});
  for (const wait of [400, 1_200, 0]) {
    await stage.last().answer(503, refused('service-busy'));
    await stage.clock.advance(wait);
  }
  await expect(closing).rejects.toMatchObject({ code: 'service-busy' });
  expect(stage.asked).toHaveLength(4);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('a 404 that is not in the words of the broker is no close', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  closing?.catch(() => {});
  await stage.last().answer(404);
  await expect(closing).rejects.toMatchObject({ code: 'service-refused' });
  expect(stage.clock.pendingTimers).toBe(0);
});

test('a close that is refused is not repeated', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  closing?.catch(() => {});
  await stage.last().answer(403, refused('service-refused'));
  await expect(closing).rejects.toMatchObject({ code: 'service-refused' });
  expect(stage.asked).toHaveLength(2);
});

test('a second close asks again', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const first = stage.source.close?.(details, requested);
  await stage.last().answer(204);
  await first;
  const second = stage.source.close?.(details, requested);
  await stage.last().answer(404, refused('session-gone'));
  await expect(second).resolves.toBeUndefined();
});

test('a page that goes away does not repeat', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, pageHidden);
  closing?.catch(() => {});
  await stage.last().fail();
  await expect(closing).rejects.toMatchObject({ code: 'network' });
  expect(stage.asked).toHaveLength(2);
  expect(stage.clock.pendingTimers).toBe(0);
});

test.each(['throws', 'rejects'])(
  'where fetch %s on a page that goes away, a beacon says the same',
  async (how) => {
    const sendBeacon = vi.fn((_address: string, _body: string) => true);
    vi.stubGlobal('navigator', { sendBeacon });
    const bodies: string[] = [];
    const { source } = stageBroker({
      fetch(address, init) {
        if (String(address).endsWith('/sessions')) {
          return Promise.resolve(new Response(JSON.stringify(opened()), { status: 201 }));
        }
        bodies.push(String(init?.body));
        if (how === 'throws') throw new TypeError('keepalive');
        return Promise.reject(new TypeError('keepalive'));
      },
    });
    const details = await source.open({ provider: 'livekit' }, { signal: new AbortController().signal });
    await expect(source.close?.(details, pageHidden)).resolves.toBeUndefined();
    expect(bodies).toHaveLength(1);
    expect(sendBeacon.mock.calls).toEqual([[`${BASE}/close`, bodies[0]]]);
  },
);

test('an ordinary close repeats its request and sends no beacon', async () => {
  const sendBeacon = vi.fn(() => true);
  vi.stubGlobal('navigator', { sendBeacon });
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, requested);
  await stage.last().fail();
  await stage.clock.advance(400);
  await stage.last().answer(204);
  await closing;
  expect(stage.paths()).toEqual(['/sessions', '/close', '/close']);
  expect(sendBeacon).not.toHaveBeenCalled();
});

test('a beacon that the browser does not take is no close', async () => {
  vi.stubGlobal('navigator', { sendBeacon: () => false });
  const stage = stageBroker();
  const { details } = await openOne(stage);
  const closing = stage.source.close?.(details, pageHidden);
  closing?.catch(() => {});
  await stage.last().fail();
  await expect(closing).rejects.toMatchObject({ code: 'network' });
});

test("details of somebody else's, or copied, are refused by name, and nothing is asked", async () => {
  const stage = stageBroker();
  const other = stageBroker();
  const { details } = await openOne(other);
  const signal = new AbortController().signal;
  for (const foreign of [details, { ...details }]) {
    await expect(stage.source.close?.(foreign, requested)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('details'),
    });
    await expect(stage.source.call?.(foreign, 'ask', {}, { signal })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  }
  expect(stage.asked).toEqual([]);
});
