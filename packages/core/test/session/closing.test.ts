import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import type { ConnectionDetails, SessionSource } from '../../src/credentials';
import { localMedia } from '../../src/media/index';
import type { TransportConnection } from '../../src/transport';
import { stage } from '../support/stage';

const never = () => new Promise<TransportConnection>(() => {});
const forever = () => new Promise<void>(() => {});

afterEach(() => vi.unstubAllGlobals());

/** As much of a page as a session looks at. */
function page() {
  const target = new EventTarget();
  vi.stubGlobal('window', target);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  return { hide: () => target.dispatchEvent(new Event('pagehide')) };
}

test('close during a rejoin waits for the old transport', async () => {
  const { session, live, clock, transports, closed } = stage({
    script: () => ({ close: () => new Promise(() => {}) }),
  });
  await live();
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  const closing = session.close();
  await clock.advance(2_999);
  expect(session.getSnapshot().state).toBe('closing');
  await clock.advance(1);
  await closing;
  expect(closed).toHaveLength(1);
  expect(transports).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('close while a failed attempt is being left waits for its service session', async () => {
  const { session, clock, closed } = stage({ script: () => ({ close: () => new Promise(() => {}) }) });
  session.connect().catch(() => {});
  await clock.advance(30_000);
  expect(closed).toEqual([]);
  const closing = session.close();
  await clock.advance(10);
  expect(session.getSnapshot().state).toBe('closing');
  await clock.advance(3_000);
  await closing;
  expect(closed).toHaveLength(1);
});

test('close in a listener of expiring leaves no timer', async () => {
  const { session, live, clock } = stage({ details: { expiresInMs: 300_000 } });
  session.on('expiring', () => void session.close());
  await live();
  await clock.advance(240_000);
  expect(session.getSnapshot().state).toBe('closed');
  expect(clock.pendingTimers).toBe(0);
});

test('a page is listened to from connect() to the end, and neither before nor after', async () => {
  const [page, document] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', document);
  const listeners = () => [
    getEventListeners(page, 'pagehide').length,
    getEventListeners(page, 'pageshow').length,
    getEventListeners(document, 'visibilitychange').length,
  ];
  const { session, live } = stage({ media: localMedia() });
  expect(listeners()).toEqual([0, 0, 0]);
  await live();
  expect(listeners()).toEqual([1, 1, 1]);
  await session.close();
  expect(listeners()).toEqual([0, 0, 0]);
});

test('pagehide closes the paid session in the same turn, with keepalive', async () => {
  const { hide } = page();
  const { session, live, closed, clock } = stage();
  await live();
  hide();
  expect(closed).toEqual([{ sessionId: 'service-session-1', reason: 'page-hidden', keepalive: true }]);
  await clock.advance(0);
  expect(session.getSnapshot().closed).toEqual({ reason: 'page-hidden' });
  expect(closed).toHaveLength(1);
});

test('pagehide while connecting closes the paid session in the same turn', async () => {
  const { hide } = page();
  const { session, closed, clock } = stage({ script: () => ({ connect: never }) });
  session.connect().catch(() => {});
  await clock.advance(0);
  hide();
  expect(closed).toEqual([{ sessionId: 'service-session-1', reason: 'page-hidden', keepalive: true }]);
  await clock.advance(0);
  expect(session.getSnapshot().closed).toEqual({ reason: 'page-hidden' });
});

test('pagehide while close() waits for the transport still closes the paid session in the same turn', async () => {
  const { hide } = page();
  const { session, live, closed, clock } = stage({ script: () => ({ close: () => new Promise(() => {}) }) });
  await live();
  void session.close();
  await clock.advance(10);
  hide();
  expect(closed).toEqual([{ sessionId: 'service-session-1', reason: 'page-hidden', keepalive: true }]);
  await clock.advance(5_000);
  expect(session.getSnapshot().closed).toEqual({ reason: 'requested' });
  expect(closed).toHaveLength(1);
});

test('pagehide alone ends nothing with closeOnPageHide false, but what is ending is closed in the same turn', async () => {
  const { hide } = page();
  const { session, live, closed, clock } = stage({
    closeOnPageHide: false,
    script: () => ({ close: () => new Promise(() => {}) }),
  });
  await live();
  hide();
  await clock.advance(0);
  expect([session.getSnapshot().state, closed]).toEqual(['live', []]);
  void session.close();
  await clock.advance(10);
  hide();
  expect(closed).toEqual([{ sessionId: 'service-session-1', reason: 'page-hidden', keepalive: true }]);
  await clock.advance(5_000);
  expect(session.getSnapshot().closed).toEqual({ reason: 'requested' });
  expect(closed).toHaveLength(1);
});

test('pagehide while a failed attempt is being left closes its paid session in the same turn', async () => {
  const { hide } = page();
  const { session, closed, clock } = stage({ script: () => ({ close: () => new Promise(() => {}) }) });
  session.connect().catch(() => {});
  await clock.advance(30_010);
  hide();
  expect(closed).toEqual([{ sessionId: 'service-session-1', reason: 'page-hidden', keepalive: true }]);
  await clock.advance(5_000);
  expect(closed).toHaveLength(1);
});

test('expiry is announced and then ends the session, the service session closed', async () => {
  const { session, live, clock, closed } = stage({ details: { expiresInMs: 300_000 } });
  const notices: number[] = [];
  session.on('expiring', ({ inMs }) => notices.push(inMs));
  await live();
  expect(session.getSnapshot().expiresAt).toBe(clock.wallNow() + 300_000);
  await clock.advance(240_000);
  expect(notices).toEqual([60_000]);
  await clock.advance(60_000);
  expect(session.getSnapshot().closed?.reason).toBe('expired');
  expect(closed).toMatchObject([{ reason: 'expired' }]);
});

test('a machine that slept past the end finds the session expired', async () => {
  const { session, live, clock } = stage({ details: { expiresInMs: 300_000 } });
  await live();
  clock.stepWall(400_000);
  await clock.advance(10_000);
  expect(session.getSnapshot().closed?.reason).toBe('expired');
});

test('the paid session is closed although the transport never lets go', async () => {
  const { session, live, clock, closed } = stage({ script: () => ({ close: forever }) });
  await live();
  const closing = session.close();
  await clock.advance(2_999);
  expect(closed).toEqual([]);
  await clock.advance(1);
  await closing;
  expect(closed).toHaveLength(1);
});

test('close resolves although the source never answers', async () => {
  const { session, live, clock } = stage({ closeSession: forever });
  await live();
  const closing = session.close();
  await clock.advance(3_000);
  await closing;
  expect(session.getSnapshot().state).toBe('closed');
});

test('close any number of times closes the service session once', async () => {
  const { session, live, closed, transport, clock } = stage();
  await live();
  await Promise.all([session.close(), session.close()]);
  await session.close();
  expect(closed).toHaveLength(1);
  expect(transport().listeners()).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('once resolves with the event that fits and rejects with the reason of its signal', async () => {
  const { session, live, says } = stage();
  await live();
  const wanted = session.once('message-received', { where: ({ message }) => message.text === 'two' });
  const controller = new AbortController();
  const given = session.once('closed', { signal: controller.signal });
  const frame = (text: string) => ({
    v: 2,
    type: 'chat',
    mid: text,
    idx: 0,
    fin: true,
    pld: { from: 'bot', text },
  });
  says(frame('one'));
  says(frame('two'));
  says(frame('three'));
  expect((await wanted).message.text).toBe('two');
  controller.abort('enough');
  await expect(given).rejects.toBe('enough');
  await expect(session.once('closed', { signal: AbortSignal.abort('no') })).rejects.toBe('no');
});

/** Opens sessions of which it can say that they are gone. */
function tellingSource() {
  const gone: (() => void)[] = [];
  const openSession: SessionSource['open'] = async ({ provider }, { onGone }) => {
    if (onGone) gone.push(onGone);
    return { provider, credentials: { room: 'room' }, avatarId: 'avatar' } as ConnectionDetails;
  };
  return { gone, openSession };
}

test('a session whose source says that it is gone leaves the room and is closed at the source', async () => {
  const { gone, openSession } = tellingSource();
  const { session, live, clock, transports, closed } = stage({ openSession });
  await live();
  gone[0]?.();
  await clock.advance(0);
  expect(session.getSnapshot()).toMatchObject({
    state: 'closed',
    closed: { reason: 'service-ended', error: { code: 'session-gone' } },
  });
  expect(transports[0]?.closeCalls).toBe(1);
  expect(closed).toMatchObject([{ reason: 'service-ended', keepalive: false }]);
  expect(clock.pendingTimers).toBe(0);
});

test('a session that is gone before the avatar came fails the connect', async () => {
  const { gone, openSession } = tellingSource();
  const { session, clock, closed } = stage({ openSession });
  const connecting = session.connect();
  connecting.catch(() => {});
  await clock.advance(0);
  gone[0]?.();
  await expect(connecting).rejects.toMatchObject({ code: 'session-gone' });
  expect(session.getSnapshot().closed?.reason).toBe('service-ended');
  expect(closed).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('what a source says of an earlier session does not end the one that came after', async () => {
  const { gone, openSession } = tellingSource();
  const { session, live, clock } = stage({ openSession });
  await live();
  await session.close();
  await live();
  gone[0]?.();
  await clock.advance(0);
  expect(session.getSnapshot().state).toBe('live');
  gone[1]?.();
  await clock.advance(0);
  expect(session.getSnapshot().state).toBe('closed');
});
