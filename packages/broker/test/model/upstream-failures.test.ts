import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../src/refusal';
import {
  EVENT_STREAM,
  framesOf,
  KEY,
  type MockStage,
  mockStage,
  refusalOf,
  scripted,
  shown,
  spent,
  stage,
  textOf,
} from './support';

/** Waits until an attempt has failed, and then so many milliseconds of the clock. */
async function backOff(given: MockStage, attempt: number, ms: number): Promise<void> {
  await vi.waitFor(() => expect(given.log()).toContain(`attempt,${attempt}`));
  await given.clock.advance(ms);
}

const BODY = { messages: [{ role: 'user', content: 'Hello' }] };

describe('the mock model says no, over HTTP', () => {
  test.each([
    [{ name: 'code', code: 'invalid_api_key' }, 502, 'service-refused', 401],
    [{ name: 'code', code: 'forbidden', status: 403 }, 502, 'service-refused', 403],
    [{ name: 'code', code: 'context_length_exceeded' }, 502, 'service-refused', 400],
    [{ name: 'code', code: 'model_not_found' }, 502, 'service-refused', 404],
  ] as const)('%o becomes a %i %s, at once and for nothing', async (failure, status, code, serviceCode) => {
    const given = await mockStage();
    given.mock.model.fail({ ...failure, message: 'said by the model' });
    const refusal = await refusalOf(given.ask('Hello'));
    expect(refusal).toMatchObject({ status, code, serviceCode, service: 'model' });
    expect(shown(refusal) + given.log()).not.toMatch(/said by the model/);
    expect(given.mock.model.calls).toHaveLength(1);
    expect(given.observed).toEqual([{ type: 'model', outcome: 'failed', tokens: 0 }]);
    expect(given.clock.scheduled).toBe(0);
  });

  test('a wrong key is the broker\u2019s trouble, and no page\u2019s', async () => {
    const { ask } = await mockStage({ apiKey: 'sk-wrong' });
    const refusal = await refusalOf(ask('Hello'));
    expect(refusal).toMatchObject({ status: 502, code: 'service-refused' });
    expect(refusal.message).toMatch(/broker's account/);
    expect(shown(refusal)).not.toContain('sk-wrong');
  });

  test('429 becomes a 503 that says when to come back', async () => {
    const { ask, mock } = await mockStage();
    mock.model.fail({ name: 'too-many-requests', retryAfterSeconds: 7 });
    expect(await refusalOf(ask('Hello'))).toMatchObject({
      status: 503,
      code: 'service-busy',
      retryAfterMs: 7_000,
    });
    expect(mock.model.calls).toHaveLength(1);
  });

  test('a redirect is not followed', async () => {
    const elsewhere = await scripted((response) => response.end());
    const server = await scripted((response) =>
      response.writeHead(307, { location: `${elsewhere.baseUrl}/chat/completions` }).end(),
    );
    const { ask } = stage({ baseUrl: server.baseUrl });
    expect(await refusalOf(ask('Hello'))).toMatchObject({ status: 502, code: 'service-refused' });
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([
    ['120', 120_000],
    ['0', 2_000],
    ['soon', 2_000],
    ['999999999', 3_600_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ])('Retry-After: %s of a scripted server becomes %i ms', async (header, retryAfterMs) => {
    const server = await scripted((response) => response.writeHead(429, { 'retry-after': header }).end());
    expect(await refusalOf(stage({ baseUrl: server.baseUrl }).ask('Hello'))).toMatchObject({ retryAfterMs });
  });
});

describe('the mock model fails before the first piece', () => {
  test.each(['server-error', 'reset'] as const)('%s twice is not seen by the page', async (name) => {
    const given = await mockStage();
    given.mock.model.fail(name, { times: 2 });
    const answer = given.ask('Hello');
    await backOff(given, 1, 250);
    await backOff(given, 2, 500);
    expect(textOf(await framesOf(await answer))).toBe('You said: Hello');
    expect(given.mock.model.calls).toHaveLength(3);
    expect(given.observed).toEqual([{ type: 'model', outcome: 'done', tokens: 4 }]);
    expect(given.clock.scheduled).toBe(0);
  });

  test.each(['server-error', 'reset'] as const)('%s three times is a 502, for nothing', async (name) => {
    const given = await mockStage();
    given.mock.model.fail(name, { times: 5 });
    const refused = refusalOf(given.ask('Hello'));
    await backOff(given, 1, 250);
    await backOff(given, 2, 500);
    expect(await refused).toMatchObject({ status: 502, code: 'network' });
    expect(given.mock.model.calls).toHaveLength(3);
    expect(await spent(given)).toEqual({ session: 0, caller: 0 });
    expect(given.clock.scheduled).toBe(0);
  });

  test('it is asked again after a time that grows, and not sooner', async () => {
    const given = await mockStage();
    given.mock.model.fail('server-error', { times: 5 });
    const refused = refusalOf(given.ask('Hello'));
    await backOff(given, 1, 249);
    await given.clock.advance(0);
    expect(given.mock.model.calls).toHaveLength(1);
    await given.clock.advance(1);
    await backOff(given, 2, 499);
    expect(given.mock.model.calls).toHaveLength(2);
    await given.clock.advance(1);
    await refused;
  });

  test('malformed is a 502 and not asked again', async () => {
    const { ask, mock } = await mockStage();
    mock.model.fail('malformed');
    expect(await refusalOf(ask('Hello'))).toMatchObject({ status: 502, code: 'network' });
    expect(mock.model.calls).toHaveLength(1);
  });

  test('an event of 16 MiB is not read to its end', async () => {
    const { ask, mock, observed } = await mockStage();
    mock.model.fail('oversize');
    expect(await refusalOf(ask('Hello'))).toMatchObject({ status: 502, code: 'service-refused' });
    await vi.waitFor(() => expect(mock.model.calls).toMatchObject([{ status: undefined }]));
    // It has answered, so it is paid for, by estimate: 8 + 8 + 2 for what was asked.
    expect(observed).toEqual([{ type: 'model', outcome: 'failed', tokens: 18 }]);
  });

  test.each(['unanswered', 'slow'] as const)('%s for too long is a 504', async (name) => {
    const given = await mockStage({ timeoutMs: 5_000 });
    const { ask, mock, clock } = given;
    const failure = mock.model.fail({ name });
    const answer = refusalOf(ask('Hello'));
    await vi.waitFor(() => expect(failure.waiting).toBe(1));
    await clock.advance(4_999);
    expect(given.observed).toEqual([]);
    await clock.advance(1);
    expect(await answer).toMatchObject({ status: 504, code: 'connect-timeout' });
    expect(given.observed).toEqual([{ type: 'model', outcome: 'failed', tokens: 18 }]);
    expect(clock.scheduled).toBe(0);
  });

  test.each([
    ['nothing', () => {}],
    ['headers alone', (response: ServerResponse) => response.writeHead(200, EVENT_STREAM).flushHeaders()],
  ])('a scripted server that sends %s for too long loses its connection', async (_what, script) => {
    const server = await scripted(script);
    const { ask, clock } = stage({ baseUrl: server.baseUrl });
    const answer = refusalOf(ask('Hello'));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    await clock.advance(15_000);
    expect(await answer).toMatchObject({ status: 504, code: 'connect-timeout' });
    await vi.waitFor(() => expect([server.aborted, server.open]).toEqual([1, 0]));
    expect(clock.scheduled).toBe(0);
  });

  test('a fetch that fails is a 502 whose cause has no key', async () => {
    const seen: string[] = [];
    const given = stage({
      baseUrl: 'https://model.example/v1',
      fetch: async (_url, init) => {
        seen.push(String(new Headers(init?.headers).get('authorization')));
        throw new TypeError(`could not send ${JSON.stringify(init?.headers)}`);
      },
    });
    const refusal = await refusalOf(given.clock.run(given.ask('Hello')));
    expect(refusal).toMatchObject({ status: 502, code: 'network' });
    expect(seen).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`, `Bearer ${KEY}`]);
    expect(shown(refusal)).toContain('could not send');
    expect(shown(refusal) + given.log()).not.toContain(KEY);
  });
});

describe('the mock model fails after the first piece', () => {
  test('a cut becomes an error event in OpenAI\u2019s form, and is not asked again', async () => {
    const given = await mockStage();
    given.mock.model.fail('cut');
    const frames = await framesOf(await given.ask('Hello'));
    expect(frames.at(-1)).toEqual({
      event: 'error',
      data: { error: { code: 'network', message: 'The connection to the model broke off.' } },
    });
    expect(frames.map(({ data }) => data)).not.toContain('[DONE]');
    expect(given.mock.model.calls).toHaveLength(1);
    expect(given.observed).toEqual([{ type: 'model', outcome: 'failed', tokens: expect.any(Number) }]);
    expect(given.clock.scheduled).toBe(0);
  });

  test('a cut is a 502 where one JSON completion was asked for', async () => {
    const { answer, mock } = await mockStage();
    mock.model.fail('cut');
    expect(await refusalOf(answer(BODY))).toMatchObject({ status: 502, code: 'network' });
    expect(mock.model.calls).toHaveLength(1);
  });

  test('silence between two pieces ends it on both sides', async () => {
    const { ask, mock, clock } = await mockStage({ silenceMs: 4_000 }, { pieceMs: 3_600_000 });
    const frames = framesOf(await ask('Hello'));
    await vi.waitFor(() => expect(mock.model.requests).toHaveLength(1));
    await clock.advance(4_000);
    expect((await frames).at(-1)).toMatchObject({
      event: 'error',
      data: { error: { message: 'The model fell silent for 4000 ms.' } },
    });
    await vi.waitFor(() => expect(mock.model.requests[0]?.state).toBe('aborted'));
    await vi.waitFor(() => expect(clock.scheduled).toBe(0));
  });
});

describe('the page goes while the mock model answers', () => {
  test.each<[string, (response: Response, page: AbortController) => Promise<unknown>]>([
    [
      'its request is aborted while nobody reads',
      async (response, page) => {
        page.abort('gone');
        await expect(response.text()).rejects.toBe('gone');
      },
    ],
    [
      'its request is aborted while it waits for a piece',
      async (response, page) => {
        const reading = expect(response.text()).rejects.toBe('gone');
        await Promise.resolve();
        page.abort('gone');
        await reading;
      },
    ],
    ['the body is cancelled', async (response) => response.body?.cancel()],
  ])('%s: the model stops at once', async (_way, go) => {
    const given = await mockStage({}, { pieceMs: 100, reply: () => 'one two three four five six' });
    const { ask, mock, clock, observed, proxy } = given;
    const page = new AbortController();
    const response = await ask('Count', { signal: page.signal });
    await clock.advance(100);
    await vi.waitFor(() => expect(mock.model.pieces).toBe(1));
    await go(response, page);
    await proxy.settled();
    await vi.waitFor(() => expect(mock.model.requests[0]?.state).toBe('aborted'));
    await clock.advance(10_000);
    expect(mock.model.pieces).toBe(1);
    expect(observed).toMatchObject([{ type: 'model', outcome: 'aborted' }]);
    expect((await spent(given)).session).toBeGreaterThanOrEqual(18);
    expect(clock.scheduled).toBe(0);
  });

  test('before the first piece: the request is given up, and its prompt is counted', async () => {
    const given = await mockStage();
    const { ask, mock, clock, proxy } = given;
    const failure = mock.model.fail('abandoned');
    const controller = new AbortController();
    const answer = ask('Hello', { signal: controller.signal });
    await vi.waitFor(() => expect(failure.waiting).toBe(1));
    const reason = new DOMException('gone', 'AbortError');
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await proxy.settled();
    expect(await spent(given)).toEqual({ session: 18, caller: 18 });
    expect(given.observed).toEqual([{ type: 'model', outcome: 'aborted', tokens: 18 }]);
    expect(clock.scheduled).toBe(0);
  });

  test('between two attempts: there is no further one', async () => {
    const given = await mockStage();
    const { ask, mock, clock, proxy } = given;
    mock.model.fail('server-error', { times: 3 });
    const controller = new AbortController();
    const answer = ask('Hello', { signal: controller.signal });
    await backOff(given, 1, 100);
    controller.abort();
    await expect(answer).rejects.toBe(controller.signal.reason);
    await proxy.settled();
    expect(clock.scheduled).toBe(0);
    await clock.advance(60_000);
    expect(mock.model.calls).toHaveLength(1);
  });

  test('already gone: nothing is asked', async () => {
    const { ask, mock, clock } = await mockStage();
    await expect(ask('Hello', { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(mock.model.calls).toEqual([]);
    expect(clock.scheduled).toBe(0);
  });

  test('a fetch that knows of no signals is not waited for, and what it brings is thrown away', async () => {
    const cancel = vi.fn();
    let arrive: (response: Response) => void = () => {};
    const given = stage({
      baseUrl: 'https://model.example/v1',
      fetch: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    });
    const controller = new AbortController();
    const answer = given.ask('Hello', { signal: controller.signal });
    await vi.waitFor(() => expect(given.clock.scheduled).toBe(3));
    controller.abort();
    await expect(answer).rejects.toBe(controller.signal.reason);
    const body = new ReadableStream({ cancel });
    arrive(new Response(body, { headers: EVENT_STREAM }));
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce());
  });
});

test('a refusal is what the broker answers with', async () => {
  const { ask, mock } = await mockStage();
  mock.model.fail('malformed');
  await expect(ask('Hello')).rejects.toBeInstanceOf(Refusal);
});
