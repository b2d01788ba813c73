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
    ['a2e', 'set-qa-context', { text: 'x'.repeat(5_001) }, 'body.text'],
    ['heygen', 'start', { sdp: { type: 'offer', sdp: 'v=0' } }, 'body.sdp'],
    ['heygen', 'answer', { sdp: { type: 'answer', sdp: 'x'.repeat(65_537) } }, 'body.sdp'],
    ['heygen', 'ice', { candidate: { candidate: 7 } }, 'body.candidate'],
    ['heygen', 'task', {}, 'body.text'],
  ])('%s: %s with %j is refused by name', async (name, action, body, field) => {
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
    ['heygen', 'task', { text: 'Anyone?' }],
  ])('%s: a session that is over answers %s with session-gone', async (name, action, body) => {
    const { service, call, id } = await opened(name);
    await service.close(id);
    expect(await refused(call(action, body))).toMatchObject({ code: 'session-gone' });
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
