import { expect, test } from 'vitest';
import { ID, openOne, refused, stageBroker } from './scripted-broker';

async function start(body: unknown, action = 'ask') {
  const stage = stageBroker({ headers: () => ({ authorization: 'Bearer me' }) });
  const { details } = await openOne(stage);
  const controller = new AbortController();
  const calling = stage.source.call?.(details, action, body, { signal: controller.signal });
  calling?.catch(() => {});
  await stage.clock.advance(0);
  return { stage, details, calling, controller };
}

test('a call posts its body with the login, and gives the result alone', async () => {
  const { stage, calling } = await start({ text: 'Hello' });
  const { path, method, headers, json } = stage.last();
  expect([path, method, headers.get('authorization')]).toEqual([
    `/sessions/${ID}/calls/ask`,
    'POST',
    'Bearer me',
  ]);
  expect(headers.get('content-type')).toBe('application/json');
  expect(json).toEqual({ text: 'Hello' });
  await stage.last().answer(200, { result: { said: true } });
  await expect(calling).resolves.toEqual({ said: true });
});

test.each([null, 0, '', false])('a result %j is a result', async (result) => {
  const { stage, calling } = await start({});
  await stage.last().answer(200, { result });
  await expect(calling).resolves.toBe(result);
});

test('a call without a body posts an empty object', async () => {
  const { stage } = await start(undefined);
  expect(stage.last().text).toBe('{}');
});

test('an action is one part of the path, whatever is in it', async () => {
  const { stage } = await start({}, '../beat?x=/y');
  expect(stage.last().path).toBe(`/sessions/${ID}/calls/..%2Fbeat%3Fx%3D%2Fy`);
});

test('a body that JSON cannot say is refused by name', async () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  for (const body of [circular, { count: 1n }]) {
    const { stage, calling } = await start(body);
    await expect(calling).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('body'),
    });
    expect(stage.paths()).toEqual(['/sessions']);
  }
});

test.each([
  [404, 'session-gone'],
  [404, 'unsupported'],
  [429, 'service-busy'],
  [502, 'service-refused'],
] as const)('an answer %i %s is that error, and is not repeated', async (status, code) => {
  const { stage, calling } = await start({});
  await stage.last().answer(status, refused(code, { serviceCode: 1_003 }));
  await expect(calling).rejects.toMatchObject({ code, serviceCode: 1_003 });
  expect(stage.asked).toHaveLength(2);
});

test.each([undefined, 'text', null, {}])('an answer 200 with %j is no result', async (body) => {
  const { stage, calling } = await start({});
  await stage.last().answer(200, body);
  await expect(calling).rejects.toMatchObject({ code: 'network' });
});

test('a call without an answer is not repeated: the avatar might say it twice', async () => {
  const { stage, calling } = await start({});
  await stage.last().fail();
  await expect(calling).rejects.toMatchObject({ code: 'network' });
  expect(stage.asked).toHaveLength(2);
});

test('a call that takes a minute is given up', async () => {
  const { stage, calling } = await start({});
  const request = stage.last();
  await stage.clock.advance(60_000);
  await expect(calling).rejects.toMatchObject({ code: 'connect-timeout' });
  expect(request.aborted()).toBe(true);
});

test('an abort rejects with its reason and aborts the request', async () => {
  const { stage, calling, controller } = await start({});
  controller.abort('enough');
  await expect(calling).rejects.toBe('enough');
  expect(stage.last().aborted()).toBe(true);
});

test('an abort before the call asks nothing', async () => {
  const { stage, details } = await start({});
  const before = stage.asked.length;
  await expect(stage.source.call?.(details, 'ask', {}, { signal: AbortSignal.abort('no') })).rejects.toBe(
    'no',
  );
  expect(stage.asked).toHaveLength(before);
});
