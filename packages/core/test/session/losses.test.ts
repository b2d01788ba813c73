import { expect, test } from 'vitest';
import { stage } from '../support/stage';

const answer = { v: 2, type: 'chat', mid: 'r', idx: 0, fin: true, pld: { from: 'bot', text: 'Yes' } };
const never = () => new Promise<void>(() => {});

test('after a reconnect without loss everything goes on', async () => {
  const { session, live, transport, texts } = stage();
  await live();
  transport().emit('reconnecting', {});
  expect(session.getSnapshot().state).toBe('reconnecting');
  const waiting = session.send('later');
  transport().emit('reconnected', { lossy: false });
  await waiting;
  expect(session.getSnapshot().state).toBe('live');
  expect(texts()).toBe('later');
});

test('after a lossy reconnect what was handed over since the avatar was heard is uncertain', async () => {
  const { session, live, transport, says, clock } = stage();
  await live();
  await session.send('answered');
  await clock.advance(10);
  says(answer);
  await clock.advance(10);
  await session.send('in doubt');
  const uncertain: string[] = [];
  session.on('message-uncertain', ({ message }) => uncertain.push(message.text));
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  expect(uncertain).toEqual(['in doubt']);
  const states = session.getSnapshot().messages.map(({ text, delivery }) => [text, delivery?.state]);
  expect(states).toEqual([
    ['answered', 'sent'],
    ['Yes', undefined],
    ['in doubt', 'uncertain'],
  ]);
});

test('resendUncertain says it again, whole, under a new id and before what waits', async () => {
  const { session, live, transport, clock, frames } = stage({ resendUncertain: true });
  await live();
  await session.send('in doubt');
  transport().emit('reconnecting', {});
  void session.send('next');
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  const said = frames('chat').map(({ mid, pld }) => [mid, pld.text]);
  expect(said.map(([, text]) => text)).toEqual(['in doubt', 'in doubt', 'next']);
  expect(said[0]?.[0]).not.toBe(said[1]?.[0]);
});

test('a message that was cut short by a lossy reconnect fails with the text that never left', async () => {
  const { session, live, transport, clock, frames } = stage({
    policy: {
      bytesPerSecond: 1_500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  await live();
  const text = 'x'.repeat(5_000);
  const sending = session.send(text);
  await clock.advance(10);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  const error = await sending.catch((reason: unknown) => reason);
  const left = frames('chat')
    .map(({ pld }) => pld.text)
    .join('');
  expect(error).toMatchObject({ code: 'delivery-uncertain', unsentText: text.slice(left.length) });
  await clock.advance(10_000);
  expect(
    frames('chat')
      .map(({ pld }) => pld.text)
      .join(''),
  ).toBe(left);
});

test('after a lossy reconnect acknowledged params are said again before chat', async () => {
  const { session, live, transport, frames, clock, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  await session.setParams({ language: 'de', voice: { speed: 1.2 } });
  transport().emit('reconnecting', {});
  const waiting = session.send('hello');
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  await waiting;
  const params = { lang: 'de', vparams: { speed: 1.2 } };
  expect(frames().map(({ pld }) => pld.data ?? pld.text)).toEqual([params, params, 'hello']);
});

test('a lossy reconnect repeats an unacknowledged interrupt once, and keeps the chat said after it', async () => {
  const { session, live, transport, frames, clock, acknowledges } = stage();
  await live();
  const interrupting = session.interrupt();
  transport().emit('reconnecting', {});
  const waiting = session.send('newer');
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  expect(frames().map(({ pld }) => pld.cmd ?? pld.text)).toEqual(['interrupt', 'interrupt', 'newer']);
  acknowledges('interrupt');
  await interrupting;
  expect((await waiting).status).toBe('sent');
});

test('an avatar that leaves and comes back finds its params and the waiting chat', async () => {
  const { session, live, transport, frames, clock, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  await session.setParams({ language: 'de' });
  transport().emit('participant-left', { id: 'avatar' });
  expect(session.getSnapshot()).toMatchObject({ state: 'waiting', avatar: { present: false } });
  const waiting = session.send('welcome back');
  await clock.advance(1_000);
  expect(frames('chat')).toEqual([]);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(0);
  await waiting;
  expect(frames().map(({ pld }) => pld.data ?? pld.text)).toEqual([
    { lang: 'de' },
    { lang: 'de' },
    'welcome back',
  ]);
});

test('an avatar that stays away ends the session as avatar-left', async () => {
  const { session, live, transport, clock, closed } = stage();
  await live();
  transport().emit('participant-left', { id: 'avatar' });
  await clock.advance(20_000);
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'avatar-left' } });
  expect(closed).toMatchObject([{ reason: 'avatar-left' }]);
  expect(clock.pendingTimers).toBe(0);
});

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
  const { session, live, clock, closed } = stage({ script: () => ({ close: never }) });
  await live();
  const closing = session.close();
  await clock.advance(2_999);
  expect(closed).toEqual([]);
  await clock.advance(1);
  await closing;
  expect(closed).toHaveLength(1);
});

test('close resolves although the source never answers', async () => {
  const { session, live, clock } = stage({ closeSession: never });
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
