import { expect, test } from 'vitest';
import { stage } from '../support/stage';

/** A stream that a test feeds, and that remembers whether it was ended. */
function feed() {
  let controller!: ReadableStreamDefaultController<string>;
  const state: { cancelled: boolean } = { cancelled: false };
  const stream = new ReadableStream<string>({
    start(given) {
      controller = given;
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return {
    stream,
    state,
    push: (text: string) => controller.enqueue(text),
    end: () => controller.close(),
    fail: (error: unknown) => controller.error(error),
  };
}

async function speaking(options: Parameters<typeof stage>[0] = {}) {
  const set = stage(options);
  await set.live();
  set.acknowledgeAll();
  const source = feed();
  return { ...set, ...source };
}

test('the first sentence leaves as soon as it is whole, as a message of its own', async () => {
  const { session, clock, frames, stream, push, end } = await speaking();
  const speech = session.speak(stream);
  push('Good mor');
  await clock.advance(10);
  expect(frames('chat')).toEqual([]);
  push('ning. How are');
  await clock.advance(10);
  expect(frames('chat')).toMatchObject([{ idx: 0, fin: true, pld: { text: 'Good morning. ' } }]);
  push(' you?');
  end();
  await clock.advance(10);
  expect(
    frames('chat')
      .map(({ pld }) => pld.text)
      .join(''),
  ).toBe('Good morning. How are you?');
  expect(new Set(frames('chat').map(({ mid }) => mid)).size).toBe(2);
  expect(await speech).toMatchObject({ status: 'sent', unsentText: '' });
  expect(session.getSnapshot().messages).toMatchObject([
    { text: 'Good morning. How are you?', complete: true, kind: 'speak' },
  ]);
});

test('a sentence is said when its source rests behind it, for a tool for instance, and a number is not cut', async () => {
  const { session, clock, frames, stream, push, end } = await speaking();
  const speech = session.speak(stream);
  const said = () => frames('chat').map(({ pld }) => pld.text);
  push('Pi is 3.');
  await clock.advance(499);
  push('14. Let me look');
  await clock.advance(499);
  expect(said()).toEqual(['Pi is 3.14. ']);
  push(' that up.');
  await clock.advance(499);
  expect(said()).toHaveLength(1);
  await clock.advance(1);
  expect(said()).toEqual(['Pi is 3.14. ', 'Let me look that up.']);
  push(' Here it');
  await clock.advance(600);
  push(' is.');
  end();
  await speech;
  expect(said()).toEqual(['Pi is 3.14. ', 'Let me look that up.', ' Here it is.']);
});

test('as one message, its parts share an id and the last one is final', async () => {
  const { session, clock, frames, stream, push, end } = await speaking();
  const speech = session.speak(stream, { as: 'one-message' });
  push('Good ');
  await clock.advance(10);
  push('morning.');
  await clock.advance(10);
  end();
  await clock.advance(10);
  await speech;
  const chat = frames('chat');
  expect(chat.map(({ pld }) => pld.text).join('')).toBe('Good morning.');
  expect(new Set(chat.map(({ mid }) => mid)).size).toBe(1);
  expect(chat.map(({ idx, fin }) => [idx, fin]).at(-1)).toEqual([chat.length - 1, true]);
});

test('while the queue is behind, sentences are merged into full packets', async () => {
  const { session, clock, frames, stream, push, end } = await speaking({
    policy: {
      bytesPerSecond: 1_500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  const speech = session.speak(stream);
  for (let index = 0; index < 100; index++) push(`Sentence number ${index}. `);
  end();
  await clock.advance(20_000);
  await speech;
  const lengths = frames('chat').map(({ pld }) => pld.text?.length ?? 0);
  expect(lengths[0]).toBe('Sentence number 0. '.length);
  expect(lengths.filter((length) => length > 500).length).toBeGreaterThan(1);
  expect(lengths.length).toBeLessThan(20);
});

test('what waits for budget goes on growing until it leaves', async () => {
  const { session, clock, frames, stream, push, end } = await speaking({
    policy: {
      bytesPerSecond: 1_128,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  void session.speak('x'.repeat(900));
  const speech = session.speak(stream);
  push('First. ');
  await clock.advance(1_010);
  push(`${'Second comes. '.repeat(60)}`);
  await clock.advance(10);
  for (const piece of ['Third ', 'is said. ', 'Fourth. ', 'Fi']) {
    push(piece);
    await clock.advance(100);
  }
  push('fth.');
  end();
  await clock.advance(3_000);
  await speech;
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual([
    'x'.repeat(900),
    `First. ${'Second comes. '.repeat(60)}Third is said. Fourth. Fifth.`,
  ]);
});

test('an interrupt ends the stream at its source and says what was not sent', async () => {
  const { session, clock, stream, push, state, frames } = await speaking();
  const speech = session.speak(stream);
  push('One. Two. And th');
  await clock.advance(10);
  void session.interrupt();
  await clock.advance(10);
  const heard = frames('chat')
    .map(({ pld }) => pld.text)
    .join('');
  expect(await speech).toMatchObject({
    status: 'interrupted',
    unsentText: 'One. Two. And th'.slice(heard.length),
  });
  expect(state.cancelled).toBe(true);
});

test('close and abort end the source as well', async () => {
  const one = await speaking();
  void one.session.speak(one.stream);
  one.push('Hello');
  await one.clock.advance(0);
  await one.session.close();
  expect(one.state.cancelled).toBe(true);

  const two = await speaking();
  const controller = new AbortController();
  const speech = two.session.speak(two.stream, { signal: controller.signal });
  two.push('Hello');
  await two.clock.advance(0);
  controller.abort('stop');
  await expect(speech).rejects.toBe('stop');
  await two.clock.advance(0);
  expect(two.state.cancelled).toBe(true);
});

test('a source that falls silent ends its message cleanly and says so', async () => {
  const { session, clock, stream, push, state, frames } = await speaking();
  const stalled: string[] = [];
  session.on('source-stalled', ({ messageId }) => stalled.push(messageId));
  const speech = session.speak(stream);
  push('Half a sent');
  await clock.advance(10_000);
  await clock.advance(0);
  expect(await speech).toMatchObject({ status: 'sent' });
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['Half a sent']);
  expect(stalled).toHaveLength(1);
  expect(state.cancelled).toBe(true);
});

test('a source that fails ends its message cleanly and rejects with its own error', async () => {
  const { session, clock, stream, push, fail, frames } = await speaking();
  const reported: unknown[] = [];
  session.on('source-failed', ({ error }) => reported.push(error));
  const speech = session.speak(stream);
  push('Half a sent');
  await clock.advance(10);
  const error = new Error('model went away');
  fail(error);
  await expect(speech).rejects.toBe(error);
  await clock.advance(10);
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['Half a sent']);
  expect(reported).toEqual([error]);
});

test('a stream is read no faster than it is said', async () => {
  const { session, clock } = await speaking({
    policy: {
      bytesPerSecond: 1_500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  let given = 0;
  let returned = false;
  async function* endless() {
    try {
      for (;;) {
        given += 100;
        yield `${'word '.repeat(19)}end. `;
      }
    } finally {
      returned = true;
    }
  }
  void session.speak(endless());
  await clock.advance(5_000);
  expect(given).toBeGreaterThan(4_000);
  expect(given).toBeLessThan(20_000);
  await session.close();
  await clock.advance(0);
  expect(returned).toBe(true);
});

test('what is said after a stream waits for its end', async () => {
  const { session, clock, stream, push, end, frames } = await speaking();
  void session.speak(stream);
  push('First. ');
  await clock.advance(0);
  const next = session.send('Second.');
  await clock.advance(10);
  push('Still first.');
  end();
  await clock.advance(10);
  await next;
  expect(frames('chat').map(({ pld }) => pld.text)).toEqual(['First. ', 'Still first.', 'Second.']);
});

test('a stream that somebody else reads fails alone, with its own error', async () => {
  const { session, live, clock, texts, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  const stream = new ReadableStream<string>();
  stream.getReader();
  await expect(session.speak(stream)).rejects.toBeInstanceOf(TypeError);
  void session.send('next');
  await clock.advance(10);
  expect(texts()).toBe('next');
});

test.each(['messages', 'one-message'] as const)('an empty stream as %s sends nothing', async (as) => {
  const { session, live, clock, frames, acknowledgeAll } = stage();
  await live();
  acknowledgeAll();
  async function* nothing() {}
  const delivery = session.speak(nothing(), { as });
  await clock.advance(10);
  expect(await delivery).toMatchObject({ status: 'sent', parts: 0 });
  expect(frames('chat')).toEqual([]);
});

test('a source that throws at once fails alone and leaves no timer', async () => {
  const { session, live, clock } = stage();
  await live();
  const bad = {
    [Symbol.asyncIterator]: () => ({
      next() {
        throw new Error('sync');
      },
    }),
  } as unknown as AsyncIterable<string>;
  await expect(session.speak(bad)).rejects.toThrow('sync');
  await clock.advance(10);
  await session.close();
  expect(clock.pendingTimers).toBe(0);
});
