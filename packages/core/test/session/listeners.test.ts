import { expect, test } from 'vitest';
import { ratePolicies } from '../../src/delivery/rate-policies';
import { AvatarError } from '../../src/errors';
import { stage } from '../support/stage';

/** A stream that a model goes on writing until somebody ends it. */
function endless() {
  let reads = 0;
  let ended = false;
  const input: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        reads += 1;
        return { done: false, value: 'Word. ' };
      },
      async return() {
        ended = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { input, reads: () => reads, ended: () => ended };
}

test('a stream whose message a listener answers with close() is ended unread', async () => {
  const { session, live, clock } = stage();
  await live();
  const source = endless();
  session.on('message-changed', () => void session.close());
  const speech = session.speak(source.input);
  await clock.advance(10);
  expect(await speech).toMatchObject({ status: 'closed', unsentText: '' });
  expect(source.reads()).toBe(0);
  expect(source.ended()).toBe(true);
});

test('a listener that sees a message in the transcript and interrupts takes that message back', async () => {
  const { session, live, clock, frames } = stage();
  await live();
  const source = endless();
  const remove = session.subscribe(() => {
    if (session.getSnapshot().messages.length === 2) remove();
    session.interrupt().catch(() => {});
  });
  const deliveries = [session.speak('Listen'), session.speak(source.input)];
  remove();
  await clock.advance(10);
  expect(await Promise.all(deliveries)).toMatchObject([
    { status: 'interrupted', unsentText: 'Listen' },
    { status: 'interrupted', unsentText: '' },
  ]);
  expect(source.ended()).toBe(true);
  expect(frames('chat')).toEqual([]);
});

test('a listener that sees a message in the transcript and aborts its signal takes it back', async () => {
  const { session, live, clock, frames } = stage();
  await live();
  const controller = new AbortController();
  const remove = session.on('message-changed', () => controller.abort('seen'));
  const delivery = session.send('Listen', { signal: controller.signal });
  remove();
  await expect(delivery).rejects.toBe('seen');
  await clock.advance(10);
  expect(frames('chat')).toEqual([]);
});

test('events come in the order of what happened, also when a listener to snapshots causes the next', async () => {
  const { session, live, clock } = stage();
  await live();
  const told: string[] = [];
  session.on('message-changed', ({ message }) => told.push(`${message.delivery?.state}`));
  session.on('state-changed', ({ state }) => told.push(state));
  const remove = session.subscribe(() => {
    remove();
    void session.close();
  });
  void session.send('Listen');
  await clock.advance(10);
  expect(told).toEqual(['queued', 'closing', 'closed', 'closed']);
  expect(session.getSnapshot().messages).toMatchObject([{ delivery: { state: 'closed' } }]);
});

test('an avatar that begins to speak and is closed upon it has ended its speech at last', async () => {
  const { session, live, says, transport, clock } = stage();
  await live();
  const told: string[] = [];
  session.on('speech-started', () => told.push('started'));
  session.on('speech-ended', () => told.push('ended'));
  const remove = session.subscribe(() => {
    remove();
    transport().emit('participant-left', { id: 'avatar' });
  });
  says({ v: 2, type: 'event', pld: { event: 'audio_start' } });
  await clock.advance(10);
  expect(told).toEqual(['started', 'ended']);
});

test('what a listener says upon a message leaves after that message, as the transcript shows them', async () => {
  const { session, live, clock, frames } = stage();
  await live();
  const remove = session.subscribe(() => {
    remove();
    void session.send('second');
  });
  void session.send('first');
  await clock.advance(10);
  expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual(['first', 'second']);
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['first', 'second']);
});

test('the end is told before the next beginning, also when a listener to snapshots connects again', async () => {
  const { session, live, clock } = stage();
  await live();
  const told: string[] = [];
  session.on('state-changed', ({ state }) => told.push(state));
  session.on('closed', ({ reason }) => told.push(reason));
  session.subscribe(() => {
    if (session.getSnapshot().state === 'closed') void session.connect();
  });
  void session.close();
  await clock.advance(10);
  expect(told.slice(0, 4)).toEqual(['closing', 'closed', 'requested', 'connecting']);
});

test('what a listener says upon a message that was interrupted leaves after the interrupt', async () => {
  const { session, live, clock, frames, acknowledgeAll } = stage({ policy: ratePolicies.agora });
  await live();
  acknowledgeAll();
  const old = session.send('old '.repeat(3_000));
  let again: Promise<unknown> | undefined;
  session.on('message-changed', ({ message }) => {
    if (message.delivery?.state === 'interrupted') again ??= session.send('new');
  });
  await clock.advance(10);
  await session.interrupt();
  await clock.advance(1_100);
  expect(await old).toMatchObject({ status: 'interrupted' });
  expect(await again).toMatchObject({ status: 'sent' });
  expect(frames().slice(-2)).toMatchObject([{ pld: { cmd: 'interrupt' } }, { pld: { text: 'new' } }]);
});

test('a message that is aborted while a busy service brings a fresh connection stays interrupted', async () => {
  const controller = new AbortController();
  const busy = new AvatarError('service-busy', 'Too many.', { retryAfterMs: 10 });
  const { session, live, clock } = stage({
    script: (attempt) => (attempt === 0 ? { send: () => Promise.reject(busy) } : {}),
  });
  await live();
  session.on('state-changed', ({ state }) => state === 'reconnecting' && controller.abort('enough'));
  const delivery = session.send('Listen', { signal: controller.signal });
  const refused = expect(delivery).rejects.toBe('enough');
  await clock.advance(1_000);
  await refused;
  expect(session.getSnapshot().messages).toMatchObject([{ delivery: { state: 'interrupted' } }]);
});

test.each([
  ['is sent', 'sent'],
  ['has become uncertain', 'uncertain'],
])('what a listener interrupts as soon as it %s is not said again', async (_when, shown) => {
  const { session, live, transport, clock, frames } = stage({ resendUncertain: true });
  await live();
  const remove = session.on('message-changed', ({ message }) => {
    if (message.delivery?.state === shown) session.interrupt().catch(() => {});
  });
  void session.send('once');
  await clock.advance(10);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(2_000);
  remove();
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['once']);
});

test('an interrupt by a listener that sees a message said again takes back what waits behind it', async () => {
  const { session, live, transport, clock, frames } = stage({ resendUncertain: true });
  await live();
  void session.send('lost');
  await clock.advance(10);
  transport().emit('reconnecting', {});
  const behind = session.send('behind');
  const remove = session.on('message-changed', ({ message }) => {
    if (message.text === 'lost' && message.delivery?.state === 'queued') session.interrupt().catch(() => {});
  });
  transport().emit('reconnected', { lossy: true });
  await clock.advance(2_000);
  remove();
  expect(await behind).toMatchObject({ status: 'interrupted' });
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['lost']);
});

test('what waits behind a message that a listener to the closing takes back is closed as well', async () => {
  const { session, live, clock } = stage();
  await live();
  const controller = new AbortController();
  const first = session.speak('first', { signal: controller.signal });
  const refused = expect(first).rejects.toBe('enough');
  const second = session.send('second');
  session.on('state-changed', ({ state }) => state === 'closing' && controller.abort('enough'));
  const closed = expect(second).resolves.toMatchObject({ status: 'closed', unsentText: 'second' });
  await session.close();
  await clock.advance(10);
  await refused;
  await closed;
});

test('a stream that ends without a word sends nothing, also when a listener speaks upon its end', async () => {
  const { session, live, clock, frames, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  let end = () => {};
  const stream = new ReadableStream<string>({
    start(controller) {
      end = () => controller.close();
    },
  });
  const speech = session.speak(stream, { as: 'one-message' });
  await clock.advance(10);
  const remove = session.subscribe(() => {
    remove();
    void session.send('next');
  });
  end();
  await clock.advance(10);
  expect(await speech).toMatchObject({ status: 'sent', parts: 0 });
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['next']);
});
