import { expect, test } from 'vitest';
import { ratePolicies } from '../../src/delivery/rate-policies';
import { stage } from '../support/stage';

const answer = { v: 2, type: 'chat', mid: 'r', idx: 0, fin: true, pld: { from: 'bot', text: 'Yes' } };
const never = () => new Promise<void>(() => {});
const SLOW = {
  bytesPerSecond: 1_500,
  packetsPerSecond: 10,
  reserve: { packets: 1, bytes: 128 },
  maxPacketBytes: 1_000,
};

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
  await clock.advance(1_000);
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

test('what was handed over less than a second before the avatar was heard is uncertain too: it wrote before that came', async () => {
  const { session, live, transport, says, clock } = stage();
  await live();
  await session.send('arrived');
  await clock.advance(500);
  await session.send('on its way');
  await clock.advance(500);
  await session.send('just now');
  says(answer);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  const states = session.getSnapshot().messages.map(({ text, delivery }) => [text, delivery?.state]);
  expect(states).toEqual([
    ['arrived', 'sent'],
    ['on its way', 'uncertain'],
    ['just now', 'uncertain'],
    ['Yes', undefined],
  ]);
});

test('what was handed over to an avatar that then was gone for good is uncertain, and is not said again', async () => {
  const { session, live, transport, clock, frames } = stage({ resendUncertain: true });
  await live();
  const delivery = session.send('Anybody there?');
  await clock.advance(10);
  transport().emit('participant-left', { id: 'avatar' });
  await clock.advance(20_100);
  expect(await delivery).toMatchObject({ status: 'sent' });
  expect(session.getSnapshot()).toMatchObject({
    closed: { reason: 'avatar-left' },
    messages: [{ text: 'Anybody there?', delivery: { state: 'uncertain' } }],
  });
  expect(frames('chat')).toHaveLength(1);
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

/** Of a long text a part has left when the connection is lost for a moment; it is to be said again. */
async function cutShortAndSaidAgain(options: { readonly signal?: AbortSignal } = {}) {
  const set = stage({ resendUncertain: true, policy: ratePolicies.agora });
  const { session, live, transport, clock, acknowledgeAll } = set;
  await live();
  acknowledgeAll();
  const delivery = session.ask('long '.repeat(3_000), options);
  await clock.advance(10);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  return { ...set, delivery };
}

test('a message of which it is uncertain what arrived stays so when it cannot be said again', async () => {
  const { session, clock, delivery } = await cutShortAndSaidAgain();
  const ended = delivery.then(({ status, uncertain }) => ({ status, uncertain }));
  await clock.advance(10);
  await session.close();
  expect(await ended).toEqual({ status: 'closed', uncertain: true });
});

test('an abort takes back a message that is being said again', async () => {
  const controller = new AbortController();
  const { clock, delivery, frames } = await cutShortAndSaidAgain({ signal: controller.signal });
  const refused = expect(delivery).rejects.toBe('enough');
  const before = frames('chat').length;
  controller.abort('enough');
  await refused;
  await clock.advance(4_000);
  expect(frames('chat')).toHaveLength(before);
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

test('an avatar that left during a reconnect finds its params when it comes back', async () => {
  const { session, live, transport, frames, clock, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  await session.setParams({ language: 'de' });
  transport().emit('reconnecting', {});
  transport().emit('participant-left', { id: 'avatar' });
  transport().emit('reconnected', { lossy: false });
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(0);
  expect(frames('command')).toHaveLength(2);
});

test('after a repeated interrupt an acknowledgement without an id counts', async () => {
  const { session, live, transport, clock, says } = stage();
  await live();
  let done = false;
  session.interrupt().then(
    () => (done = true),
    () => {},
  );
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  says({ v: 2, type: 'command', pld: { cmd: 'interrupt', code: 1000 } });
  await clock.advance(0);
  expect(done).toBe(true);
});

test('after repeated params an acknowledgement without an id counts', async () => {
  const { session, live, transport, clock, says, frames } = stage();
  await live();
  let done = false;
  session.setParams({ language: 'de' }).then(
    () => (done = true),
    () => {},
  );
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  expect(frames('command')).toHaveLength(2);
  says({ v: 2, type: 'command', pld: { cmd: 'set-params', code: 1000 } });
  await clock.advance(0);
  expect(done).toBe(true);
});

test('a packet that comes during a reconnect does not confirm what was handed over before', async () => {
  const { session, live, transport, says, clock } = stage();
  await live();
  await session.send('in doubt');
  const uncertain: string[] = [];
  session.on('message-uncertain', ({ message }) => uncertain.push(message.text));
  await clock.advance(10);
  transport().emit('reconnecting', {});
  says(answer);
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  expect(uncertain).toEqual(['in doubt']);
});

test('a partly sent message that waits too long for the connection fails with the text that never left', async () => {
  const { session, live, transport, clock, texts } = stage({ policy: SLOW });
  await live();
  const text = 'x'.repeat(5_000);
  const sending = session.send(text);
  await clock.advance(10);
  transport().emit('reconnecting', {});
  await clock.advance(30_000);
  await expect(sending).rejects.toMatchObject({
    code: 'delivery-uncertain',
    unsentText: text.slice(texts().length),
  });
});

test('params that are said again change neither the snapshot nor cause an event', async () => {
  const { session, live, transport, clock, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  await session.setParams({ language: 'de', voice: { speed: 1.1 } });
  const { params } = session.getSnapshot();
  let changes = 0;
  session.on('params-changed', () => changes++);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  expect(session.getSnapshot().params).toBe(params);
  expect(changes).toBe(0);
});

test('several uncertain messages are said again in their order', async () => {
  const { session, live, transport, clock, texts } = stage({ resendUncertain: true });
  await live();
  await session.send('one ');
  await session.send('two ');
  transport().emit('reconnecting', {});
  void session.send('three');
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  expect(texts()).toBe('one two one two three');
});

test('a partly sent message behind an uncertain one is said again after it, whole', async () => {
  const { session, live, transport, clock, texts } = stage({ resendUncertain: true, policy: SLOW });
  await live();
  await session.send('one ');
  const long = 'x'.repeat(3_000);
  const sending = session.send(long);
  void session.send('next');
  await clock.advance(10);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(30_000);
  expect(await sending).toMatchObject({ status: 'sent' });
  expect(texts()).toMatch(new RegExp(`^one x+one ${long}next$`));
});

test('what was interrupted is not said again after a loss', async () => {
  const { session, live, transport, clock, texts, acknowledgeAll } = stage({ resendUncertain: true });
  await live();
  await session.send('old');
  void session.interrupt();
  transport().emit('reconnecting', {});
  acknowledgeAll();
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  expect(texts()).toBe('old');
});

test('an interrupt is not repeated when newer chat may have left', async () => {
  const { session, live, transports, transport, clock, frames } = stage({
    script: (n) => (n === 0 ? { send: (f) => (f.type === 'chat' ? never() : Promise.resolve()) } : {}),
  });
  await live();
  void session.interrupt();
  await clock.advance(10);
  session.send('newer').catch(() => {});
  await clock.advance(10);
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(0);
  expect(frames('command')).toEqual([]);
});

test('params that the transport refuses during a reconnect without loss are said again', async () => {
  let refuse: (reason: unknown) => void = () => {};
  let sends = 0;
  const { session, live, transport, clock, acknowledgeAll } = stage({
    script: () => ({
      send: () => (sends++ === 0 ? new Promise((_, reject) => (refuse = reject)) : Promise.resolve()),
    }),
  });
  await live();
  const setting = session.setParams({ language: 'de' });
  await clock.advance(10);
  transport().emit('reconnecting', {});
  refuse(new Error('socket closed'));
  await clock.advance(10);
  acknowledgeAll();
  transport().emit('reconnected', { lossy: false });
  await clock.advance(10);
  await setting;
});

test('a message that was handed over and not taken when its time in the queue is up waits without a busy timer', async () => {
  const { session, live, transport, clock } = stage({
    script: () => ({ send: () => new Promise(() => {}) }),
  });
  await live();
  const delivery = session.send('Hold on');
  await clock.advance(10);
  transport().emit('reconnecting', {});
  let timers = 0;
  const { schedule } = clock;
  clock.schedule = (callback, delayMs) => {
    timers += 1;
    if (timers > 100) throw new Error('One timer after the other, and no time passes.');
    return schedule(callback, delayMs);
  };
  await clock.advance(31_000);
  await session.close();
  await expect(delivery).rejects.toMatchObject({ code: 'delivery-uncertain', unsentText: '' });
});

test('a message that was sent is not said again once its signal is aborted', async () => {
  const { session, live, transport, clock, frames } = stage({ resendUncertain: true });
  await live();
  const controller = new AbortController();
  await session.send('once', { signal: controller.signal });
  transport().emit('reconnecting', {});
  controller.abort('enough');
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10);
  expect(frames('chat')).toHaveLength(1);
});
