import { AvatarError, silentLogger } from '@avatarwire/core';
import { akoolServer } from '@avatarwire/services/akool/server';
import { startMockServices } from '@avatarwire/simulator/services';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { presets } from '../../src';
import { memoryStore } from '../../src/memory';
import { type ServeOptions, serveBroker } from '../../src/node';
import { close, open, opened } from '../cli/process';

async function served(more: Partial<ServeOptions> = {}) {
  const mock = await startMockServices({ akool: { avatars: ['guide'] } });
  onTestFinished(() => mock.close());
  const options: ServeOptions = {
    services: [akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool })],
    authorize: presets({ guide: { service: 'akool', avatarId: 'guide', durationSeconds: 600 } }),
    store: memoryStore(),
    ...more,
  };
  const start = async () => {
    const broker = await serveBroker(options);
    onTestFinished(async () => void (await broker.close()));
    return { ...broker, api: `${broker.url}/api/avatar` };
  };
  return { mock, options, start };
}

describe('serveBroker, over the mock AKOOL by HTTP', () => {
  test('serves, sweeps, and closes its sessions at the end when told so; close may be called again', async () => {
    const { mock, start } = await served();
    const broker = await start();
    await opened(broker.api);
    expect(mock.akool.open).toBe(1);
    const [first, again] = await Promise.all([broker.close({ sessions: 'close' }), broker.close()]);
    expect(first).toMatchObject({ open: 0, closed: 1 });
    expect(again).toBe(first);
    expect(mock.akool.open).toBe(0);
    await expect(fetch(broker.url)).rejects.toThrow();
  });

  test('sweeps at its start what another one left on the same store', async () => {
    const store = memoryStore();
    const timings = { beatMs: 50, silenceMs: 100 };
    // Whoever serves closes the store: this one is left open for the next.
    const { mock, start } = await served({
      store: { ...store, close: async () => {} },
      timings,
      sweepEveryMs: 86_400_000,
    });
    const first = await start();
    const { sessionId } = await opened(first.api);
    await first.close();
    await vi.waitFor(async () => {
      const record = await store.find(sessionId);
      expect(record && record.dueAt <= Date.now()).toBe(true);
    });
    await start();
    await vi.waitFor(() => expect(mock.akool.open).toBe(0));
  });

  test('is not ready when its store is not, and lives all the same', async () => {
    const store = memoryStore();
    let broken = false;
    const ready = () => (broken ? Promise.reject(new Error('gone')) : store.ready());
    const { url } = await (await served({ store: { ...store, ready } })).start();
    const status = async (path: string) => (await fetch(`${url}${path}`)).status;
    expect(await status('/readyz')).toBe(200);
    broken = true;
    expect([await status('/readyz'), await status('/healthz')]).toEqual([503, 200]);
  });

  test('tells the application what it observes, and its own metrics too', async () => {
    const seen: string[] = [];
    const { start } = await served({ observe: ({ type }) => void seen.push(type), metricsPort: 0 });
    const { api, metricsUrl } = await start();
    const { sessionId } = await opened(api);
    await close(api, sessionId);
    expect(seen).toEqual(expect.arrayContaining(['opened', 'closed', 'request']));
    expect(await (await fetch(metricsUrl ?? '')).text()).toContain(
      'avatarwire_broker_closed_total{service="akool"',
    );
  });

  test('with a log that fails it answers, sweeps and ends all the same', async () => {
    const full = () => {
      throw new Error('no space left on device');
    };
    const timings = { beatMs: 50, silenceMs: 100 };
    const { mock, start } = await served({
      logger: { error: full, warn: full, info: full, debug: full },
      timings,
      sweepEveryMs: 20,
    });
    const broker = await start();
    expect((await open(broker.api)).status).toBe(201);
    await vi.waitFor(() => expect(mock.akool.open).toBe(0));
    expect((await open(broker.api)).status).toBe(201);
    await vi.waitFor(() => expect(mock.akool.open).toBe(0));
    expect(await broker.close()).toMatchObject({ open: 0 });
  });

  test('asks its own authenticate, on loopback too', async () => {
    const { start } = await served({ authenticate: () => undefined });
    expect((await open((await start()).api)).status).toBe(401);
  });

  test('leaves nothing behind when it cannot start: the store is closed, no port is held', async () => {
    const { start, options } = await served();
    const first = await start();
    const closed = vi.fn(async () => {});
    const port = Number(new URL(first.url).port);
    const broken = { ...options, store: { ...memoryStore(), close: closed }, port };
    await expect(serveBroker(broken)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(serveBroker({ ...broken, port: 0, metricsPort: port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    const failing = { ...broken.store, ready: () => Promise.reject(new AvatarError('network', 'no store')) };
    await expect(serveBroker({ ...broken, store: failing, port: 0 })).rejects.toThrow('no store');
    expect(closed).toHaveBeenCalledTimes(3);
  });

  test('goes on closing when one step fails, and reports it', async () => {
    const errors: unknown[] = [];
    const store = memoryStore();
    const closed = vi.fn(store.close);
    const { start } = await served({
      store: { ...store, tally: () => Promise.reject(new Error('no figures')), close: closed },
      logger: { ...silentLogger, error: (_, details) => errors.push(details?.step) },
    });
    const { close: end } = await start();
    expect(await end()).toBeUndefined();
    expect([errors, closed.mock.calls.length]).toEqual([['tally'], 1]);
  });

  test('a hundred starts and ends leave no handle', async () => {
    const { options } = await served({ metricsPort: 0 });
    const handles = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    const before = handles();
    for (let round = 0; round < 100; round++)
      await (await serveBroker({ ...options, store: memoryStore() })).close();
    await vi.waitFor(() => expect(handles()).toBeLessThanOrEqual(before));
  });
});

test.each<[Partial<ServeOptions>, RegExp]>([
  [{ host: '0.0.0.0' }, /options\.authenticate is required/],
  [{ host: '::' }, /options\.authenticate is required/],
  [{ host: '' }, /options\.host/],
  [{ port: 65_536 }, /options\.port/],
  [{ metricsPort: -1 }, /options\.metricsPort/],
  [{ sweepEveryMs: 0 }, /options\.sweepEveryMs/],
  [{ graceMs: 0.5 }, /options\.graceMs/],
  [{ http: { headersTimeoutMs: 60_000 } }, /options\.http\.headersTimeoutMs/],
  [{ http: { maxConnections: 0 } }, /options\.http\.maxConnections/],
  [{ http: Object.fromEntries([['headerTimeoutMs', 1]]) }, /options\.http\.headerTimeoutMs is no option/],
])('serveBroker refuses %j by name', async (more, words) => {
  const { options } = await served(more);
  await expect(serveBroker(options)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(words),
  });
});
