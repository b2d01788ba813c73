import { Agent, request } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createVirtualClock } from '../../src';
import { type MockServices, startMockServices } from '../../src/services';

// `fetch` keeps connections for later; these are counted, so each request has one of its own.
const agent = new Agent({ keepAlive: false });
afterEach(() => agent.destroy());

function create({ port, keys }: MockServices): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/akool/api/open/v4/liveAvatar/session/create',
      headers: { 'x-api-key': keys.akool.apiKey, 'content-type': 'application/json' },
      agent,
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      response.once('error', reject);
      response.resume().once('end', resolve);
    });
    sent.end(JSON.stringify({ avatar_id: 'dvp_Tristan_cloth2_1080P' }));
  });
}

/** What keeps this process busy with sockets and timers, beside what did `before`: the test runner has timers, too. */
function busyWith(before: readonly string[] = []): readonly string[] {
  const known = [...before];
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(?:TCP|Timeout)/.test(name))
    .filter((name) => {
      const at = known.indexOf(name);
      if (at >= 0) known.splice(at, 1);
      return at < 0;
    });
}

/** Sockets end a few turns after their last event. Without a timer, which would be counted too. */
async function settled(before: readonly string[]): Promise<void> {
  for (let turn = 0; turn < 1_000 && busyWith(before).length > 0; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

describe('after close', () => {
  test('no socket, no timer and no room is left, with sessions open and calls waiting', async () => {
    const before = busyWith();
    const left: string[] = [];
    const mock = await startMockServices({
      rooms: ({ id }) => ({
        credentials: { appId: 'a', channel: id, token: 't', uid: 1 },
        close: (why) => void left.push(why),
      }),
    });
    for (let each = 0; each < 3; each += 1) await create(mock);
    const waits = [
      mock.akool.fail('slow'),
      mock.akool.fail({ name: 'slow', ms: 60_000 }),
      mock.akool.fail('abandoned'),
      mock.akool.fail('unanswered'),
    ];
    const broken = waits.map(() => expect(create(mock)).rejects.toMatchObject({ code: 'ECONNRESET' }));
    await vi.waitFor(() => expect(waits.map(({ waiting }) => waiting)).toEqual([1, 1, 1, 1]));
    expect(busyWith(before)).not.toEqual([]);

    await mock.close();
    await mock.close();
    await Promise.all(broken);
    await settled(before);
    expect(busyWith(before)).toEqual([]);
    // Of the four that waited, only the one that is carried out at once had a room.
    expect(left).toEqual(['shut-down', 'shut-down', 'shut-down', 'shut-down']);
    expect(mock.akool.open).toBe(4);
    await expect(create(mock)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a room that is made while the services close is left again', async () => {
    const clock = createVirtualClock();
    let make = () => {};
    const made = new Promise<void>((resolve) => {
      make = resolve;
    });
    const left: string[] = [];
    const mock = await startMockServices({
      clock,
      rooms: async ({ id }) => {
        await made;
        return {
          credentials: { appId: 'a', channel: id, token: 't', uid: 1 },
          close: (why) => void left.push(why),
        };
      },
    });
    const broken = expect(create(mock)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));
    const closing = mock.close();
    await broken;
    make();
    await closing;
    expect(left).toHaveLength(1);
    expect(clock.scheduled).toBe(0);
  });

  test('a room that is never made holds up neither its process nor the end, and is left should it come after', async () => {
    const clock = createVirtualClock();
    let make = () => {};
    const made = new Promise<void>((resolve) => {
      make = resolve;
    });
    let left = '';
    const mock = await startMockServices({
      clock,
      closeMs: 30,
      rooms: async ({ id }) => {
        await made;
        return {
          credentials: { appId: 'a', channel: id, token: 't', uid: 1 },
          close(why) {
            left = why;
          },
        };
      },
    });
    const broken = expect(create(mock)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));

    await mock.close();
    await broken;
    expect([left, clock.scheduled]).toEqual(['', 0]);
    make();
    await vi.waitFor(() => expect(left).toBe('shut-down'));
  });

  test('a room that never ends, and words that it never takes, do not hold up the end', async () => {
    const never = () => new Promise<void>(() => {});
    const mock = await startMockServices({
      clock: createVirtualClock(),
      closeMs: 30,
      rooms: ({ id }) => ({
        credentials: { appId: 'a', channel: id, token: 't', uid: 1 },
        speak: never,
        close: never,
      }),
    });
    const a2e = (path: string, body: object) =>
      fetch(`${mock.urls.a2e}/api/v1/streaming-avatar/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${mock.keys.a2e}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await a2e('agora-token', { avatar_id: '66d3f7cf1eda7f0c8b1b9d01' });
    const speaking = a2e('speak', { channel: mock.a2e.sessions[0]?.id, text: 'Hello?' });
    const broken = expect(speaking).rejects.toMatchObject({ name: 'TypeError' });

    await mock.close();
    await broken;
  });

  test('a room that cannot be made fails the create with 1218 and costs nothing', async () => {
    const faults: unknown[] = [];
    const fault = new Error('no room');
    const mock = await startMockServices({
      rooms: () => Promise.reject(fault),
      onFault: (error) => faults.push(error),
    });
    await create(mock);
    expect(mock.akool.calls).toMatchObject([{ name: 'session.create', status: 200 }]);
    expect(mock.akool).toMatchObject({ open: 0, opened: 1, costSeconds: 0, openSeconds: 0 });
    expect(mock.akool.sessions[0]?.ended).toBe('failed');
    expect(faults).toEqual([fault]);
    await mock.close();
  });

  test('a room that fails to close is reported, and the session is closed all the same', async () => {
    const faults: unknown[] = [];
    const clock = createVirtualClock();
    const mock = await startMockServices({
      clock,
      rooms: ({ id }) => ({
        credentials: { appId: 'a', channel: id, token: 't', uid: 1 },
        close: () => Promise.reject(new Error('stuck')),
      }),
      onFault: (error) => faults.push(error),
    });
    await create(mock);
    await clock.advance(600_000);
    expect(mock.akool.sessions[0]?.ended).toBe('expired');
    expect(faults).toHaveLength(1);
    await mock.close();
  });
});
