import { deferred } from '@avatarwire/core/adapter';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../src/memory';
import {
  chunk,
  DONE,
  EVENT_STREAM,
  finished,
  framesOf,
  mockStage,
  refusalOf,
  scripted,
  sessionOf,
  stage,
  written,
} from './support';

describe('one stream for each session, in one broker', () => {
  test('a second one while one runs is refused; after it, one is taken at once', async () => {
    const { ask, observed, mock, clock } = await mockStage();
    const first = await ask('One');
    expect(await refusalOf(ask('Two'))).toMatchObject({
      status: 429,
      code: 'service-busy',
      retryAfterMs: 1_000,
    });
    expect(observed).toEqual([{ type: 'limited', lane: 'model' }]);
    expect(mock.model.requests).toHaveLength(1);
    await framesOf(first);
    expect((await framesOf(await ask('Three'))).at(-1)?.data).toBe('[DONE]');
    expect(clock.scheduled).toBe(0);
  });

  test('a hundred at once: one is answered', async () => {
    const { ask } = await mockStage();
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => ask('Hello')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('after a failure, and after the page has gone, the next is taken at once', async () => {
    const { ask, mock } = await mockStage();
    mock.model.fail('malformed');
    await refusalOf(ask('One'));
    await (await ask('Two')).body?.cancel();
    expect((await framesOf(await ask('Three'))).at(-1)?.data).toBe('[DONE]');
  });

  test('the page barges in: it cancels, and asks in the same breath', async () => {
    const { ask } = await mockStage();
    const first = await ask('One');
    const cancelling = first.body?.cancel();
    const second = ask('Two');
    await cancelling;
    expect((await framesOf(await second)).at(-1)?.data).toBe('[DONE]');
  });

  test('the next one is asked once the cost of the last is counted, and not before', async () => {
    const given = await mockStage();
    const counting = deferred<void>();
    const { count } = given.store;
    const taken: string[] = [];
    vi.spyOn(given.store, 'count').mockImplementation(async (key, options) => {
      if (key.startsWith('model:stream:')) taken.push(key);
      if (key.startsWith('model:session:') && options.amount > 0) await counting.promise;
      return count(key, options);
    });
    const first = await given.ask('One');
    const cancelling = first.body?.cancel();
    const second = given.ask('Two');
    await given.clock.advance(100);
    expect(taken).toEqual(['model:stream:session-1:0']);
    counting.resolve();
    await cancelling;
    expect((await framesOf(await second)).at(-1)?.data).toBe('[DONE]');
  });

  test('other sessions are not concerned', async () => {
    const { ask, clock } = await mockStage();
    await ask('One');
    const response = await ask('Two', { session: sessionOf(clock, { id: 'session-2' }) });
    expect(response.status).toBe(200);
  });
});

describe('one stream for each session, in two brokers on one store', () => {
  async function two() {
    let end: () => void = () => {};
    const server = await scripted(async (response) => {
      response.writeHead(200, EVENT_STREAM);
      await written(response, chunk({ content: 'Well' }));
      end = () => response.end(finished() + DONE);
    });
    const parts = { clock: createVirtualClock(), store: memoryStore() };
    const options = { baseUrl: server.baseUrl, silenceMs: 3_600_000 };
    return {
      one: stage(options, parts),
      other: stage(options, parts),
      clock: parts.clock,
      end: () => end(),
    };
  }

  test('the other refuses while one runs, and takes the next as soon as it has ended', async () => {
    const { one, other, end, clock } = await two();
    const first = await one.ask('One');
    expect(await refusalOf(other.ask('Two'))).toMatchObject({ status: 429, code: 'service-busy' });
    end();
    await framesOf(first);
    const second = await other.ask('Three');
    expect(await refusalOf(one.ask('Four'))).toMatchObject({ status: 429 });
    end();
    await framesOf(second);
    expect(clock.scheduled).toBe(0);
  });

  test('the lease is renewed for as long as the stream runs', async () => {
    const { one, other, end, clock } = await two();
    const first = await one.ask('One');
    for (let minute = 0; minute < 5; minute += 1) {
      await clock.advance(60_000);
      expect(await refusalOf(other.ask('Two'))).toMatchObject({ status: 429 });
    }
    end();
    await framesOf(first);
    expect(clock.scheduled).toBe(0);
  });

  test('a broker that died holds a session for 15 seconds at the most', async () => {
    const { other, clock } = await two();
    const { store } = other;
    // What a broker has written when it is killed in the middle of a stream.
    await store.count('model:stream:session-1:0', { amount: 1, windowMs: 15_000, now: clock.wallNow() });
    expect(await refusalOf(other.ask('Two'))).toMatchObject({ status: 429 });
    await clock.advance(15_000);
    expect((await other.ask('Three')).status).toBe(200);
  });

  test('a store that is away for a while does not end the stream, and the lease goes on after it', async () => {
    const { one, other, end, clock } = await two();
    const first = await one.ask('One');
    const away = vi.spyOn(one.store, 'count').mockRejectedValue(new Error('the store is away'));
    await clock.advance(15_000);
    away.mockRestore();
    await clock.advance(15_001);
    expect(one.log()).toContain('a lease could not be renewed');
    expect(await refusalOf(other.ask('Two'))).toMatchObject({ status: 429 });
    end();
    expect((await framesOf(first)).at(-1)?.data).toBe('[DONE]');
    expect(clock.scheduled).toBe(0);
  });
});
