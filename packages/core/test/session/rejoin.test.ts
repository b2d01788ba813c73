import { expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
import { JOINED, stage } from '../support/stage';

const answer = { v: 2, type: 'chat', mid: 'r', idx: 0, fin: true, pld: { from: 'bot', text: 'Yes' } };
const never = () => new Promise<void>(() => {});

test('a lost network causes one rejoin with the same details, the old transport gone first', async () => {
  const { session, live, transports, transport, clock, opened } = stage();
  await live();
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  expect(transports).toHaveLength(2);
  expect(transports[0]).toMatchObject({ closeCalls: 1 });
  expect(transports[0]?.listeners()).toBe(0);
  expect(session.getSnapshot().state).toBe('waiting');
  transport().emit('participant-joined', { id: 'avatar' });
  expect(session.getSnapshot().state).toBe('live');
  expect(opened).toHaveLength(1);
  transports[1]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  expect(session.getSnapshot().closed).toMatchObject({ reason: 'network-lost' });
  expect(transports).toHaveLength(2);
});

test('a rejoin that fails ends the session as network-lost', async () => {
  const { session, live, transports, clock, closed } = stage({
    script: (attempt) => (attempt === 0 ? {} : { connect: () => Promise.reject(new Error('refused')) }),
  });
  await live();
  transports[0]?.emit('closed', { reason: 'failed' });
  await clock.advance(0);
  expect(session.getSnapshot().closed).toMatchObject({ reason: 'network-lost', error: { code: 'network' } });
  expect(closed).toHaveLength(1);
});

test.each([
  ['joined-elsewhere', 'joined-elsewhere'],
  ['removed', 'removed'],
  ['room-ended', 'service-ended'],
  ['credentials-expired', 'expired'],
] as const)('a transport that ends as %s is never rejoined', async (reason, expected) => {
  const { session, live, transports, clock } = stage();
  await live();
  transports[0]?.emit('closed', { reason });
  await clock.advance(0);
  expect(transports).toHaveLength(1);
  expect(session.getSnapshot().closed?.reason).toBe(expected);
});

test('silence after something was said is probed with the last params, and an answer proves life', async () => {
  const { session, live, frames, clock, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  await session.setParams({ language: 'de' });
  await session.send('hello');
  await clock.advance(15_000);
  expect(frames('command').map(({ pld }) => pld.data)).toEqual([{ lang: 'de' }, { lang: 'de' }]);
  expect(session.getSnapshot()).toMatchObject({ state: 'live', responsive: true });
});

test('an avatar that answers no probe is rejoined once and then given up as unresponsive', async () => {
  const { session, live, transports, transport, clock, acknowledges, closed } = stage();
  await live();
  const setting = session.setParams({ language: 'de' });
  await clock.advance(0);
  acknowledges('set-params');
  await setting;
  await session.send('hello');
  await clock.advance(15_000 + 5_000);
  expect(session.getSnapshot().responsive).toBe(false);
  expect(transports).toHaveLength(2);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(5_000);
  expect(session.getSnapshot().closed?.reason).toBe('unresponsive');
  expect(closed).toHaveLength(1);
});

test('silence is not probed when nothing was handed over', async () => {
  const { live, frames, clock } = stage();
  await live();
  await clock.advance(120_000);
  expect(frames()).toEqual([]);
});

test('a rejoined transport that is lost in the turn of its joining is closed before anything else', async () => {
  let go: () => void = () => {};
  const set = stage({
    script: (n) => (n === 1 ? { connect: () => new Promise((resolve) => (go = () => resolve(JOINED))) } : {}),
  });
  const { session, live, clock, transports, says } = set;
  await live();
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  expect(transports).toHaveLength(2);
  go();
  transports[1]?.emit('participant-joined', { id: 'avatar' });
  says(answer);
  transports[1]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  await session.close();
  expect(transports.map((t) => [t.closeCalls > 0, t.listeners()])).toEqual(transports.map(() => [true, 0]));
});

test('reconnected while a rejoin is still joining keeps what is said for the new connection', async () => {
  let go: () => void = () => {};
  const { session, live, clock, transports, texts } = stage({
    script: (n) => (n === 1 ? { connect: () => new Promise((r) => (go = () => r(JOINED))) } : {}),
  });
  await live();
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  transports[1]?.emit('participant-joined', { id: 'avatar' });
  transports[1]?.emit('reconnecting', {});
  transports[1]?.emit('reconnected', { lossy: false });
  go();
  await clock.advance(0);
  void session.send('hello');
  await clock.advance(0);
  expect(texts()).toBe('hello');
});

test('an interrupt in flight when the network is lost is said again after the rejoin', async () => {
  const { session, live, clock, transports, transport, frames, acknowledges } = stage({
    script: () => ({ send: () => new Promise(() => {}) }),
  });
  await live();
  let done: unknown;
  session.interrupt().then(
    () => (done = 'ok'),
    (e) => (done = e),
  );
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(0);
  expect(frames().map(({ pld }) => pld.cmd)).toEqual(['interrupt']);
  acknowledges('interrupt');
  await clock.advance(0);
  expect(done).toBe('ok');
});

test('a change of mode in flight when the network is lost is said again after the rejoin, before its message', async () => {
  const { session, live, transports, transport, clock, frames, acknowledgeAll } = stage({
    script: (n) => (n === 0 ? { send: never } : {}),
  });
  await live();
  const asking = session.ask('Why?');
  await clock.advance(10);
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  acknowledgeAll();
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(10);
  expect(await asking).toMatchObject({ status: 'sent' });
  expect(frames().map(({ pld }) => pld.data ?? pld.text)).toContain('Why?');
});

test('commands in flight when the network is lost reject when the session closes before the rejoin', async () => {
  const { session, live, transports, clock } = stage({
    script: (n) => (n === 0 ? { send: never } : { connect: () => new Promise(() => {}) }),
  });
  await live();
  const setting = session.setParams({ language: 'de' });
  const interrupting = session.interrupt();
  const acting = session.setAction({ gesture: 'nod' });
  await clock.advance(10);
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  const results = Promise.allSettled([setting, interrupting, acting]);
  await session.close();
  await clock.advance(0);
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(setting).rejects.toMatchObject({ code: 'not-connected' });
  expect(clock.pendingTimers).toBe(0);
});

test('a limiter of the SDK that stays shut is left behind: the message goes out over a fresh instance', async () => {
  const busy = () =>
    Promise.reject(
      new AvatarError('service-busy', 'over the rate', { retryAfterMs: 1_050, serviceCode: 4097 }),
    );
  const { session, live, transports, transport, texts, clock, opened } = stage({
    script: (attempt) => (attempt === 0 ? { send: busy } : {}),
  });
  await live();
  const sending = session.send('hello');
  await clock.advance(2_099);
  expect(transports).toHaveLength(1);
  await clock.advance(1);
  expect(transports).toHaveLength(2);
  expect(transports[0]).toMatchObject({ closeCalls: 1 });
  transport().emit('participant-joined', { id: 'avatar' });
  expect(await sending).toMatchObject({ status: 'sent', unsentText: '' });
  expect(texts()).toBe('hello');
  expect(opened).toHaveLength(1);
});
