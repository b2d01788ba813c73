import { expect, test } from 'vitest';
import { stage } from '../support/stage';

const answer = { v: 2, type: 'chat', mid: 'r', idx: 0, fin: true, pld: { from: 'bot', text: 'Yes' } };

test('what is said before the avatar is there leaves when it comes', async () => {
  const { session, clock, transport, texts } = stage();
  const connecting = session.connect();
  const sending = session.send('Hello');
  await clock.advance(5_000);
  expect(transport().sent).toEqual([]);
  transport().emit('participant-joined', { id: 'avatar' });
  await connecting;
  expect(await sending).toMatchObject({ status: 'sent', parts: 1, unsentText: '', uncertain: false });
  expect(texts()).toBe('Hello');
});

test('send, ask and speak reject in idle and in closed', async () => {
  const { session, live } = stage();
  await expect(session.send('a')).rejects.toMatchObject({ code: 'not-connected' });
  await live();
  await session.close();
  await expect(session.ask('a')).rejects.toMatchObject({ code: 'not-connected' });
  await expect(session.speak('a')).rejects.toMatchObject({ code: 'not-connected' });
});

test.each(['', undefined, 3, ['a']])('%o is refused as text, naming the call', async (text) => {
  const { session, live } = stage();
  await live();
  await expect(session.ask(text as string)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('ask()'),
  });
});

test('a connection that may not send refuses with unsupported', async () => {
  const { session, live } = stage({
    script: () => ({ connect: async () => ({ localId: 'me', maxPacketBytes: 1_024, canSend: false }) }),
  });
  await live();
  expect(session.getSnapshot().can.speak).toBe(false);
  await expect(session.speak('a')).rejects.toMatchObject({ code: 'unsupported' });
});

test('text beyond maxQueuedBytes is refused and what waits already is kept', async () => {
  const { session, live, clock, texts } = stage({ timeouts: { maxQueuedBytes: 10 } });
  const connecting = live();
  const first = session.send('öööö');
  await expect(session.send('abc')).rejects.toMatchObject({ code: 'queue-full' });
  await connecting;
  await clock.advance(0);
  expect((await first).status).toBe('sent');
  expect(texts()).toBe('öööö');
});

test('a message that waits 30 s for a connection rejects, and its line in the transcript says failed', async () => {
  const { session, live, transport, clock, texts } = stage({ timeouts: { avatarGoneMs: 60_000 } });
  await live();
  transport().emit('reconnecting', {});
  const waiting = session.send('too late');
  await clock.advance(20_000);
  const younger = session.send('in time');
  await clock.advance(10_000);
  await expect(waiting).rejects.toMatchObject({ code: 'not-connected' });
  transport().emit('reconnected', { lossy: false });
  expect((await younger).status).toBe('sent');
  expect(texts()).toBe('in time');
  expect(session.getSnapshot().messages.map(({ delivery }) => delivery?.state)).toEqual(['failed', 'sent']);
});

test('ask switches to dialogue first and waits for the acknowledgement', async () => {
  const { session, live, frames, acknowledges, clock } = stage();
  await live();
  const asking = session.ask('Why?');
  await clock.advance(10);
  expect(frames().map(({ pld }) => pld)).toEqual([{ cmd: 'set-params', data: { mode: 2 } }]);
  acknowledges('set-params');
  await asking;
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['Why?']);
  await session.ask('And now?');
  expect(frames('command')).toHaveLength(1);
  expect(session.getSnapshot().mode).toBe('dialogue');
});

test('a refused switch of mode rejects that message alone, with the code', async () => {
  const { session, live, acknowledges, clock, texts } = stage();
  await live();
  const asking = session.ask('Why?');
  const sending = session.send('Plain');
  await clock.advance(10);
  acknowledges('set-params', 1003);
  await expect(asking).rejects.toMatchObject({ code: 'command-refused', serviceCode: 1003 });
  expect((await sending).status).toBe('sent');
  expect(texts()).toBe('Plain');
});

test('a change of mode keeps its place among the messages', async () => {
  const { session, live, frames, acknowledgeAll, clock } = stage();
  await live();
  acknowledgeAll();
  void session.speak('one');
  void session.setParams({ mode: 'dialogue' });
  await session.send('two');
  await clock.advance(0);
  expect(frames().map(({ pld }) => pld.text ?? pld.data)).toEqual([{ mode: 1 }, 'one', { mode: 2 }, 'two']);
});

test('speak in between does not change what send means', async () => {
  const { session, live, frames, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  await session.setParams({ mode: 'dialogue' });
  await session.speak('announcement');
  await session.send('question');
  expect(frames('command').map(({ pld }) => pld.data)).toEqual([{ mode: 2 }, { mode: 1 }, { mode: 2 }]);
});

test('a message shows queued, sending and sent', async () => {
  const { session, live } = stage({
    policy: {
      bytesPerSecond: 2_000,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  await live();
  const seen: string[] = [];
  session.on('message-changed', ({ message }) => seen.push(message.delivery?.state ?? ''));
  const sending = session.send('x'.repeat(500));
  await sending;
  expect(seen).toEqual(['queued', 'sending', 'sent']);
  const { delivery } = session.getSnapshot().messages[0] ?? {};
  expect(delivery).toEqual({ state: 'sent', sentBytes: 500, totalBytes: 500 });
});

test('an abort takes back what has not left, rejects with the reason and lets the rest go', async () => {
  const { session, live, transport, texts } = stage();
  const connecting = live();
  const controller = new AbortController();
  const first = session.send('first', { signal: controller.signal });
  const second = session.send('second');
  controller.abort('changed my mind');
  await expect(first).rejects.toBe('changed my mind');
  await connecting;
  await second;
  expect(texts()).toBe('second');
  expect(transport().sent).toHaveLength(1);
});

test('close ends what waits as closed, with its text', async () => {
  const { session, live, transport } = stage();
  await live();
  transport().emit('reconnecting', {});
  const waiting = session.send('never');
  await session.close();
  expect(await waiting).toMatchObject({ status: 'closed', unsentText: 'never', parts: 0 });
});

test('answers grow part by part and are received once', async () => {
  const { session, live, says } = stage();
  await live();
  const received: string[] = [];
  session.on('message-received', ({ message }) => received.push(message.text));
  says({ v: 2, type: 'chat', mid: 'r', idx: 0, fin: false, pld: { from: 'bot', text: 'Good ' } });
  expect(session.getSnapshot().messages[0]).toMatchObject({
    author: 'avatar',
    text: 'Good ',
    complete: false,
  });
  says({ v: 2, type: 'chat', mid: 'r', idx: 1, fin: true, pld: { from: 'bot', text: 'day' } });
  expect(session.getSnapshot().messages[0]).toMatchObject({ text: 'Good day', complete: true });
  expect(received).toEqual(['Good day']);
});

test('an answer under the id of the question does not mix with it', async () => {
  const { session, live, says, frames } = stage();
  await live();
  await session.send('Hi');
  const [question] = frames('chat');
  says({ v: 2, type: 'chat', mid: question?.mid, idx: 0, fin: true, pld: { from: 'bot', text: 'Hello' } });
  expect(session.getSnapshot().messages.map(({ author, text }) => [author, text])).toEqual([
    ['application', 'Hi'],
    ['avatar', 'Hello'],
  ]);
});

test('frames that nobody knows surface as events and change nothing', async () => {
  const { session, live, says } = stage();
  await live();
  const problems: unknown[] = [];
  session.on('unrecognised', ({ raw }) => problems.push(raw));
  const before = session.getSnapshot();
  says({ v: 7, type: 'news' });
  expect(problems).toEqual([{ v: 7, type: 'news' }]);
  expect(session.getSnapshot()).toBe(before);
});

test('the transcript keeps the last maxMessages, and a message that left it does not come back', async () => {
  const { session, live, transport } = stage({ maxMessages: 2 });
  await live();
  transport().emit('reconnecting', {});
  const sending = ['one', 'two', 'three'].map((text) => session.send(text));
  transport().emit('reconnected', { lossy: false });
  await Promise.all(sending);
  expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual(['two', 'three']);
});

test('tap sees every packet with its lane, and costs nothing when nobody listens', async () => {
  const { session, live, says, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  const seen: string[] = [];
  const stop = session.tap(({ direction, lane, from, part }) =>
    seen.push([direction, lane ?? from, part].filter((field) => field !== undefined).join(' ')),
  );
  await session.ask('Hi');
  says({ v: 2, type: 'event', pld: { event: 'audio_start' } });
  stop();
  await session.send('unseen');
  expect(seen).toEqual(['out command', 'in avatar', 'out chat 0', 'in avatar']);
});

test('no promise of a call that nobody awaits is an unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  const { session, live, clock } = stage();
  void session.send('too early');
  await live();
  void session.ask('');
  void session.interrupt();
  void session.setParams({});
  void session.setParams({ mode: 'dialogue' });
  void session.setAction({ gesture: 'nod' });
  await clock.advance(10_000);
  void session.ask('waits');
  await session.close();
  await clock.advance(0);
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

test('a change of a message that left the transcript changes no snapshot', async () => {
  const { session, live, transport, says } = stage({ maxMessages: 1 });
  await live();
  transport().emit('reconnecting', {});
  says({ ...answer, mid: 'a', fin: false });
  says({ ...answer, mid: 'b', fin: false });
  const before = session.getSnapshot();
  says({ ...answer, mid: 'a', idx: 1 });
  expect(session.getSnapshot()).toBe(before);
});

test('a message that is revised after its end is received once', async () => {
  const { session, live, says } = stage();
  await live();
  let received = 0;
  session.on('message-received', () => received++);
  says(answer);
  says({ ...answer, pld: { from: 'bot', text: 'No' } });
  expect(session.getSnapshot().messages[0]?.text).toBe('No');
  expect(received).toBe(1);
});

test('a flood of unfinished messages, half of them from strangers, stays bounded and leaves no timer', async () => {
  const { session, live, says, clock } = stage();
  await live();
  let dropped = 0;
  session.on('message-dropped', () => dropped++);
  for (let i = 0; i < 5_000; i++) {
    if (i % 1_000 === 0) await clock.advance(1_000);
    says({ ...answer, mid: `f${i}`, fin: false });
    says({ ...answer, mid: `f${i}` }, 'stranger');
  }
  expect(session.getSnapshot().messages).toHaveLength(1_000);
  expect(dropped).toBe(5_000 - 32);
  await session.close();
  expect(clock.pendingTimers).toBe(0);
});

test('an avatar that leaves while it speaks has ended its speech, in the snapshot and as an event', async () => {
  const { session, live, says, transport } = stage();
  await live();
  says({ v: 2, type: 'event', pld: { event: 'audio_start' } });
  const seen: string[] = [];
  session.on('speech-ended', () => seen.push('ended'));
  transport().emit('participant-left', { id: 'avatar' });
  expect(session.getSnapshot().avatar.speaking).toBe(false);
  expect(seen).toEqual(['ended']);
});
