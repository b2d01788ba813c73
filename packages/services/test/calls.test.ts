import { describe, expect, test, vi } from 'vitest';
import { type Name, REQUESTS, refused, signal, stage } from './support/stage';

async function opened(name: Name) {
  const set = await stage();
  const service = set.server(name);
  const { id } = await service.open(REQUESTS[name], { signal: signal() });
  const call = (action: string, body?: unknown) =>
    service.call?.(id, action, body) ?? Promise.resolve('no call');
  return { ...set, service, id, call };
}

const ANSWER = { type: 'answer', sdp: 'v=0\r\n' } as const;

describe('what goes over REST, from the mock', () => {
  test.each<[Name, string, unknown, string, object]>([
    ['a2e', 'ask', { text: 'Who are you?' }, 'ask', { text: 'Who are you?' }],
    ['a2e', 'speak', { text: 'I am here.' }, 'speak', { text: 'I am here.' }],
    ['a2e', 'set-qa-context', { text: 'Facts.' }, 'context', { text: 'Facts.' }],
    ['heygen', 'start', { sdp: ANSWER }, 'session.start', { sdp: ANSWER }],
    ['heygen', 'answer', { sdp: ANSWER }, 'session.start', { sdp: ANSWER }],
    [
      'heygen',
      'ice',
      { candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, more: 'dropped' } },
      'session.ice',
      { candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } },
    ],
    ['liveavatar', 'keep-alive', undefined, 'session.keep-alive', {}],
  ])('%s: %s', async (name, action, body, route, sent) => {
    const { mock, call, id } = await opened(name);
    await expect(call(action, body)).resolves.toBeUndefined();

    const last = mock[name].calls.at(-1);
    expect(last).toMatchObject({ name: route, status: 200 });
    const key = name === 'a2e' ? 'channel' : 'session_id';
    expect(last?.body).toEqual({ [key]: id, ...sent });
  });

  test('HeyGen says a text once it is started, and until then says what is wrong', async () => {
    const { call } = await opened('heygen');
    expect(await refused(call('task', { text: 'Hello.' }))).toMatchObject({ serviceCode: 400_006 });
    await call('start', { sdp: ANSWER });
    await expect(call('task', { text: 'Hello.' })).resolves.toBeUndefined();
  });

  test.each<[Name, string, unknown, string]>([
    ['a2e', 'ask', { text: ' ' }, 'body.text'],
    ['a2e', 'ask', undefined, 'body.text'],
    ['a2e', 'speak', { text: 5 }, 'body.text'],
    ['a2e', 'speak', { text: 'x'.repeat(10_001) }, 'body.text'],
    ['a2e', 'set-qa-context', { text: 'x'.repeat(5_001) }, 'body.text'],
    ['heygen', 'start', { sdp: { type: 'offer', sdp: 'v=0' } }, 'body.sdp'],
    ['heygen', 'answer', { sdp: { type: 'answer', sdp: 'x'.repeat(65_537) } }, 'body.sdp'],
    ['heygen', 'ice', { candidate: { candidate: 7 } }, 'body.candidate'],
    ['heygen', 'task', {}, 'body.text'],
    ['heygen', 'task', { text: 'x'.repeat(10_001) }, 'body.text'],
  ])('%s: %s with a wrong body is refused by name (case %#)', async (name, action, body, field) => {
    const { mock, call } = await opened(name);
    const before = mock[name].calls.length;
    const error = await refused(call(action, body));

    expect(error).toMatchObject({ code: 'invalid-argument', service: name });
    expect(error.message).toContain(field);
    expect(mock[name].calls).toHaveLength(before);
  });

  test.each<Name>(['a2e', 'heygen', 'liveavatar'])('%s: an action that it has not is named', async (name) => {
    const { call } = await opened(name);
    for (const action of ['dance', '__proto__', 'toString', '']) {
      const error = await refused(call(action, {}));
      expect(error).toMatchObject({ code: 'unsupported', service: name });
      expect(error.message).toContain(`"${action}"`);
    }
  });

  test('what the avatar would say twice is not sent twice; what changes nothing is', async () => {
    const { mock, call } = await opened('a2e');
    mock.a2e.fail('reset', { on: 'speak' });
    expect(await refused(call('speak', { text: 'Once.' }))).toMatchObject({ code: 'network' });
    expect(mock.a2e.calls.filter(({ name }) => name === 'speak')).toHaveLength(1);

    mock.a2e.fail('reset', { on: 'context' });
    await expect(call('set-qa-context', { text: 'Facts.' })).resolves.toBeUndefined();
    expect(mock.a2e.calls.filter(({ name }) => name === 'context')).toHaveLength(2);
  });

  test.each<[Name, string, unknown]>([
    ['a2e', 'ask', { text: 'Anyone?' }],
    ['liveavatar', 'keep-alive', undefined],
  ])('%s: a session that is over answers %s with session-gone', async (name, action, body) => {
    const { service, call, id } = await opened(name);
    await service.close(id);
    expect(await refused(call(action, body))).toMatchObject({ code: 'session-gone' });
  });

  test('heygen: of a session that is over it says no more than of one that is not started', async () => {
    const { service, call, id } = await opened('heygen');
    const early = await refused(call('task', { text: 'Anyone?' }));
    await service.close(id);
    const late = await refused(call('task', { text: 'Anyone?' }));
    for (const error of [early, late])
      expect(error).toMatchObject({ code: 'service-refused', serviceCode: 400_006 });
  });

  test.each<[Name, string, string]>([
    ['a2e', 'ask', 'ask'],
    ['heygen', 'task', 'session.task'],
  ])('%s: what is said in one session goes one after another, in order: %s', async (name, action, route) => {
    const { mock, service, call } = await opened(name);
    if (name === 'heygen') await call('start', { sdp: ANSWER });
    const other = await service.open(REQUESTS[name], { signal: signal() });
    if (name === 'heygen') await service.call?.(other, 'start', { sdp: ANSWER });
    const said = () =>
      mock[name].calls
        .filter((each) => each.name === route)
        .map(({ body }) => Reflect.get(Object(body), 'text'));
    const failing = mock[name].fail('slow', { on: route });

    const first = call(action, { text: 'First.' });
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    const leaving = new AbortController();
    const second = service.call?.(other.id, action, { text: 'Elsewhere.' });
    const third = call(action, { text: 'Third.' });
    const given = service.call?.(mock[name].sessions[0]?.id ?? '', action, { text: 'Given up.' }, leaving);
    const last = call(action, { text: 'Last.' });
    await second;
    leaving.abort('gone');
    await expect(given).rejects.toBe('gone');
    expect(said()).toEqual(['Elsewhere.']);

    failing.release();
    await Promise.all([first, third, last]);
    expect(said()).toEqual(['Elsewhere.', 'First.', 'Third.', 'Last.']);
  });

  test('one that fails lets the next one go, and too many that wait are refused', async () => {
    const { mock, call } = await opened('a2e');
    const failing = mock.a2e.fail({ name: 'unanswered' }, { on: 'ask' });
    mock.a2e.fail({ name: 'code', code: 7 }, { on: 'ask' });
    const asked = Array.from({ length: 32 }, (_, index) => call('ask', { text: `Text ${index}` }));
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    expect(await refused(call('ask', { text: 'One more.' }))).toMatchObject({
      code: 'queue-full',
      service: 'a2e',
    });

    failing.release();
    const results = await Promise.allSettled(asked);
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, index) => (index === 1 ? 'rejected' : 'fulfilled')),
    );
    await expect(call('ask', { text: 'Again.' })).resolves.toBeUndefined();
  });

  test('closing does not wait for what is being said', async () => {
    const { mock, service, call, id } = await opened('a2e');
    const failing = mock.a2e.fail('unanswered', { on: 'speak' });
    const speaking = call('speak', { text: 'And then' });
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    await expect(service.close(id)).resolves.toBe('closed');
    failing.release();
    await speaking;
  });

  test('a call has its deadline', async () => {
    const { mock, clock, call } = await opened('a2e');
    const failing = mock.a2e.fail('unanswered', { on: 'ask' });
    const asking = refused(call('ask', { text: 'Slow?' }));
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    await clock.advance(15_000);

    expect(await asking).toMatchObject({ code: 'connect-timeout' });
    expect(clock.scheduled).toBe(0);
  });
});
