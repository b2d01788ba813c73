import { afterEach, expect, test, vi } from 'vitest';
import { opened, openOne, refused, stageBroker } from './scripted-broker';

afterEach(() => vi.unstubAllGlobals());

const BEAT = '/sessions/Zk3Jm0h8vYw2x4z6B8d0Fg/beat';
const requested = { reason: 'requested', keepalive: false } as const;

/** A page that can sleep and wake, and counts who listens. */
function page() {
  const target = new EventTarget();
  let listeners = 0;
  const defaultView = {
    addEventListener(...listener: Parameters<EventTarget['addEventListener']>) {
      listeners += 1;
      target.addEventListener(...listener);
    },
    removeEventListener(...listener: Parameters<EventTarget['removeEventListener']>) {
      listeners -= 1;
      target.removeEventListener(...listener);
    },
  };
  const document = { visibilityState: 'visible', baseURI: 'https://app.example/', defaultView };
  vi.stubGlobal('document', document);
  return {
    listeners: () => listeners,
    fire(type: string, visibilityState = 'visible') {
      Object.assign(document, { visibilityState });
      target.dispatchEvent(new Event(type));
    },
  };
}

test('the page gives a sign as often as the broker asks for, with its login', async () => {
  const stage = stageBroker({ headers: () => ({ authorization: 'Bearer me' }) });
  await openOne(stage, { beatEveryMs: 20_000 });
  await stage.clock.advance(19_999);
  expect(stage.asked).toHaveLength(1);
  await stage.clock.advance(1);
  expect(stage.paths()).toEqual(['/sessions', BEAT]);
  expect(stage.last().method).toBe('POST');
  expect(stage.last().headers.get('authorization')).toBe('Bearer me');
  await stage.last().answer(204);
  await stage.clock.advance(40_000);
  expect(stage.paths()).toEqual(['/sessions', BEAT, BEAT, BEAT]);
});

test('a sign that is not answered when the next is due is given up: never two under way', async () => {
  const stage = stageBroker();
  await openOne(stage);
  await stage.clock.advance(30_000);
  const first = stage.last();
  expect(first.aborted()).toBe(false);
  await stage.clock.advance(30_000);
  expect(stage.asked).toHaveLength(3);
  expect([first.aborted(), stage.last().aborted()]).toEqual([true, false]);
});

test.each([
  ['network', (stage: ReturnType<typeof stageBroker>) => stage.last().fail()],
  ['401', (stage: ReturnType<typeof stageBroker>) => stage.last().answer(401, refused('service-refused'))],
  ['429', (stage: ReturnType<typeof stageBroker>) => stage.last().answer(429, refused('service-busy'))],
  ['500', (stage: ReturnType<typeof stageBroker>) => stage.last().answer(500, refused('network'))],
  ["404 of somebody else's", (stage: ReturnType<typeof stageBroker>) => stage.last().answer(404)],
])('a sign that is lost (%s) is made up for by the next', async (_how, lose) => {
  const stage = stageBroker();
  await openOne(stage);
  await stage.clock.advance(30_000);
  await lose(stage);
  await stage.clock.advance(30_000);
  expect(stage.paths()).toEqual(['/sessions', BEAT, BEAT]);
});

test('headers() that fails costs one sign', async () => {
  let fails = false;
  const stage = stageBroker({
    headers() {
      if (fails) throw new Error('no token');
      return {};
    },
  });
  await openOne(stage);
  fails = true;
  await stage.clock.advance(30_000);
  expect(stage.asked).toHaveLength(1);
  fails = false;
  await stage.clock.advance(30_000);
  expect(stage.paths()).toEqual(['/sessions', BEAT]);
});

test('signs end when the broker knows the session no longer, and so do timers and listeners', async () => {
  const { listeners, fire } = page();
  const stage = stageBroker();
  await openOne(stage);
  await stage.clock.advance(30_000);
  expect(listeners()).toBe(4);
  await stage.last().answer(404, refused('session-gone'));
  expect([stage.clock.pendingTimers, listeners()]).toEqual([0, 0]);
  fire('pageshow');
  await stage.clock.advance(600_000);
  expect(stage.asked).toHaveLength(2);
});

test('that the broker knows the session no longer is told, once, and no lost sign is taken for it', async () => {
  const stage = stageBroker();
  const onGone = vi.fn();
  const opening = stage.source.open(
    { provider: 'livekit' },
    { signal: new AbortController().signal, onGone },
  );
  await stage.clock.advance(0);
  await stage.last().answer(201, opened());
  await opening;
  for (const [status, body] of [
    [500, refused('network')],
    [404, undefined],
    [401, refused('service-refused')],
  ] as const) {
    await stage.clock.advance(30_000);
    await stage.last().answer(status, body);
  }
  await stage.clock.advance(30_000);
  await stage.last().fail();
  expect(onGone).not.toHaveBeenCalled();
  await stage.clock.advance(30_000);
  await stage.last().answer(404, refused('session-gone'));
  await stage.clock.advance(600_000);
  expect(onGone).toHaveBeenCalledOnce();
});

test('a session that the broker no longer knows can still be closed', async () => {
  const stage = stageBroker();
  const { details } = await openOne(stage);
  await stage.clock.advance(30_000);
  await stage.last().answer(404, refused('session-gone'));
  const closing = stage.source.close?.(details, requested);
  await stage.last().answer(404, refused('session-gone'));
  await expect(closing).resolves.toBeUndefined();
});

test.each(['visibilitychange', 'pageshow', 'resume', 'online'])(
  'on %s a sign is given at once, and the count begins anew',
  async (type) => {
    const { fire } = page();
    const stage = stageBroker();
    await openOne(stage);
    await stage.clock.advance(20_000);
    fire(type);
    await stage.clock.advance(0);
    expect(stage.paths()).toEqual(['/sessions', BEAT]);
    await stage.last().answer(204);
    await stage.clock.advance(29_999);
    expect(stage.asked).toHaveLength(2);
    await stage.clock.advance(1);
    expect(stage.asked).toHaveLength(3);
  },
);

test('a sign that hangs since before the sleep is given up when the page wakes', async () => {
  const { fire } = page();
  const stage = stageBroker();
  await openOne(stage);
  await stage.clock.advance(30_000);
  const hanging = stage.last();
  fire('pageshow');
  await stage.clock.advance(0);
  expect(hanging.aborted()).toBe(true);
  expect(stage.paths()).toEqual(['/sessions', BEAT, BEAT]);
});

test('a page that is hidden gives its signs in time and not earlier', async () => {
  const { fire } = page();
  const stage = stageBroker();
  await openOne(stage);
  fire('visibilitychange', 'hidden');
  await stage.clock.advance(29_999);
  expect(stage.asked).toHaveLength(1);
  await stage.clock.advance(1);
  expect(stage.asked).toHaveLength(2);
});

test('close ends the signs in its own turn, one under way included', async () => {
  const { listeners, fire } = page();
  const stage = stageBroker();
  const { details } = await openOne(stage);
  await stage.clock.advance(30_000);
  const beat = stage.last();
  const closing = stage.source.close?.(details, requested);
  expect([beat.aborted(), listeners()]).toEqual([true, 0]);
  await stage.last().answer(204);
  await closing;
  expect(stage.clock.pendingTimers).toBe(0);
  fire('pageshow');
  await stage.clock.advance(120_000);
  expect(stage.paths()).toEqual(['/sessions', BEAT, '/close']);
});

test('several sessions of one source beat by themselves, and end by themselves', async () => {
  const stage = stageBroker();
  const one = await openOne(stage, { sessionId: 'one' });
  await openOne(stage, { sessionId: 'other', beatEveryMs: 20_000 });
  const closing = stage.source.close?.(one.details, requested);
  expect(stage.last().json).toEqual({ id: 'one', secret: one.request.json.closeSecret });
  await stage.last().answer(204);
  await closing;
  await stage.clock.advance(40_000);
  expect(stage.paths().slice(3)).toEqual(['/sessions/other/beat', '/sessions/other/beat']);
});
