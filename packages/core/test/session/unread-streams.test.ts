import { expect, test } from 'vitest';
import { stage } from '../support/stage';

function watched() {
  const ended: string[] = [];
  return {
    ended,
    stream: new ReadableStream<string>({ cancel: () => void ended.push('stream') }),
    iterable: {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<string>>(() => {}),
        async return() {
          ended.push('iterable');
          return { done: true as const, value: undefined };
        },
      }),
    },
  };
}

test('a stream that the session refuses unread is ended: a model may be at work behind it', async () => {
  const { session } = stage();
  const { stream, iterable, ended } = watched();
  await expect(session.speak(stream)).rejects.toMatchObject({ code: 'not-connected' });
  await expect(session.speak(iterable)).rejects.toMatchObject({ code: 'not-connected' });
  await expect.poll(() => ended).toEqual(['stream', 'iterable']);
});

test('so is one whose signal was aborted before', async () => {
  const { session, live } = stage();
  await live();
  const { stream, ended } = watched();
  await expect(session.speak(stream, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  await expect.poll(() => ended).toEqual(['stream']);
  expect(session.getSnapshot().messages).toEqual([]);
});

test('one that somebody else reads is left to them', async () => {
  const { session } = stage();
  const { stream, ended } = watched();
  stream.getReader();
  await expect(session.speak(stream)).rejects.toMatchObject({ code: 'not-connected' });
  expect(ended).toEqual([]);
});

test('what never left of a message stands in its delivery, once that is over', async () => {
  const { session, live, clock } = stage({
    policy: {
      bytesPerSecond: 1_500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 144 },
      maxPacketBytes: 1_000,
    },
  });
  await live();
  const text = 'All of this is too long to leave at once. '.repeat(200);
  const speech = session.send(text);
  speech.catch(() => {});
  await clock.advance(1_500);
  expect(session.getSnapshot().messages[0]?.delivery).not.toHaveProperty('unsentText');
  void session.interrupt().catch(() => {});
  const { unsentText } = await speech;
  expect(unsentText.length).toBeGreaterThan(100);
  expect(text.endsWith(unsentText)).toBe(true);
  expect(session.getSnapshot().messages[0]?.delivery).toMatchObject({ state: 'interrupted', unsentText });
});
