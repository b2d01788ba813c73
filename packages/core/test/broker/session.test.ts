import { afterEach, expect, test, vi } from 'vitest';
import { broker, createAvatarSession } from '../../src/index';
import { JOINED, type Script, scriptedTransport } from '../support/stage';
import { startWireServer, type WireServer, type WireServerOptions } from './wire-server';

const servers: WireServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: WireServerOptions = {}, script: Script = {}) {
  const server = await startWireServer(options);
  servers.push(server);
  const makeTransport = () => {
    const transport = scriptedTransport({
      async connect() {
        setTimeout(() => transport.emit('participant-joined', { id: 'avatar' }), 0);
        return JOINED;
      },
      ...script,
    });
    return transport;
  };
  const session = createAvatarSession({
    transports: { memory: makeTransport },
    source: broker(server.url, { request: { preset: 'guide' } }),
  });
  const paths = () => server.requests.map(({ path }) => path);
  return { server, session, paths };
}

test('over real HTTP a session is opened by connect, gives signs, and is closed by close', async () => {
  const { server, session, paths } = await start({ beatEveryMs: 20 });
  await session.connect();
  expect(server.open.size).toBe(1);
  expect(JSON.parse(server.requests[0]?.text ?? '')).toMatchObject({ provider: 'memory', preset: 'guide' });
  await vi.waitFor(() => expect(paths().filter((path) => path.endsWith('/beat')).length).toBeGreaterThan(2));
  await session.close();
  expect(server.open.size).toBe(0);
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'requested' } });
  expect(server.requests.at(-1)).toMatchObject({ path: '/close', headers: { 'content-type': 'text/plain' } });
});

test('over real HTTP a call reaches the service through the broker', async () => {
  const { server } = await start();
  const source = broker(server.url);
  const { signal } = new AbortController();
  const details = await source.open({ provider: 'memory' }, { signal });
  await expect(source.call?.(details, 'ask', { text: 'Hello' }, { signal })).resolves.toEqual({
    action: 'ask',
    heard: { text: 'Hello' },
  });
  await source.close?.(details, { reason: 'requested', keepalive: false });
});

test('over real HTTP an abort while the broker opens closes what is opened late', async () => {
  const { server, session, paths } = await start({ onOpen: () => 'wait' });
  const controller = new AbortController();
  const connecting = session.connect({ signal: controller.signal });
  connecting.catch(() => {});
  await vi.waitFor(() => expect(server.requests).toHaveLength(1));
  controller.abort('enough');
  await expect(connecting).rejects.toBe('enough');
  server.release();
  await vi.waitFor(() => expect(paths()).toEqual(['/sessions', '/close']));
  expect(server.open.size).toBe(0);
});

test('over real HTTP a connection that is cut while the broker opens gets the user in after all', async () => {
  const { server, session, paths } = await start({
    onOpen: (attempt) => (['cut', 'busy'] as const)[attempt - 1] ?? 'answer',
  });
  await session.connect();
  expect(paths()).toEqual(['/sessions', '/sessions', '/sessions']);
  const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(server.open.size).toBe(1);
  await session.close();
  expect(server.open.size).toBe(0);
});

test('over real HTTP a connect that fails after the broker opened closes what it opened', async () => {
  const { server, session, paths } = await start({}, { connect: () => Promise.reject(new Error('no room')) });
  await expect(session.connect()).rejects.toMatchObject({ name: 'AvatarError' });
  expect(paths()).toEqual(['/sessions', '/close']);
  expect(server.open.size).toBe(0);
});

test('over real HTTP a session that the broker has closed ends with the next sign, and connect gets a new one', async () => {
  const { server, session } = await start({ beatEveryMs: 20 });
  await session.connect();
  const { closeSecret: secret } = JSON.parse(server.requests[0]?.text ?? '');
  const [id] = server.open;
  await fetch(`${server.url}/close`, { method: 'POST', body: JSON.stringify({ id, secret }) });

  await session.once('closed');
  expect(session.getSnapshot()).toMatchObject({
    state: 'closed',
    closed: { reason: 'service-ended', error: { code: 'session-gone', retryable: false } },
  });
  await session.connect();
  expect(session.getSnapshot().state).toBe('live');
  expect(server.open.size).toBe(1);
  await session.close();
});
