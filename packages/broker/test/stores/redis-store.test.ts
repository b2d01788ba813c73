import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { findRedisServer, type RedisServer, startRedisServer } from '@avatarwire/tooling/redis-server';
import { createClient, createClientPool, createCluster, RESP_TYPES } from '@redis/client';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RedisScripting, redisStore } from '../../src/redis';
import type { BrokerStore } from '../../src/store';
import { answersAsMemory } from './answers-as-memory';
import { startChild } from './child-process';
import { HOUR, intentOf, NOON, wide } from './records';
import { type Database, storeCases } from './store-cases';
import { temporaryFolder } from './temporary-folder';

const somewhere = 'redis://127.0.0.1:1';

describe('options of the Redis store', () => {
  test.each([
    [{ url: 'http://127.0.0.1:1' }, /^url:/],
    [{ url: '' }, /^url:/],
    [{ url: 'redis://user:hunter2-secret@:::' }, /^url:/],
    [{ url: 'redis://:hunter2-secret@127.0.0.1:1/x' }, /^url:/],
    [{ url: 'redis://:hunter2%E0secret@127.0.0.1:1' }, /^url:/],
    [{ url: somewhere, client: createClient() }, /^client:/],
    [{}, /^url:/],
    [{ url: somewhere, prefix: 'a}{b' }, /^prefix:/],
    [{ url: somewhere, prefix: '' }, /^prefix:/],
    [{ url: somewhere, timeoutMs: 99 }, /^timeoutMs:/],
    [{ url: somewhere, timeoutMs: Number.POSITIVE_INFINITY }, /^timeoutMs:/],
  ])('%# is refused by name, without its password', (options, message) => {
    let thrown: unknown;
    try {
      redisStore(options as Parameters<typeof redisStore>[0]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'invalid-argument', message: expect.stringMatching(message) });
    expect(everythingIn(thrown)).not.toMatch(/hunter2|secret/);
  });
});

test('where no Redis is, every call rejects in time, and close() resolves', async () => {
  const store = redisStore({ url: somewhere, timeoutMs: 200 });
  const begun = performance.now();

  await expect(store.ready()).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(/ECONNREFUSED/),
  });
  await expect(store.begin(intentOf(), wide)).rejects.toMatchObject({ code: 'network' });
  await store.close();
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('a server that repeats the password in its complaint: no error holds it', async () => {
  // As Redis before version 6 does, which knows no HELLO.
  const complaint =
    '-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `hunter2/secret`\r\n';
  const sockets: Socket[] = [];
  const old = createServer((socket) => {
    sockets.push(socket.on('error', () => {}).on('data', () => socket.write(complaint)));
  });
  await once(old.listen(0, '127.0.0.1'), 'listening');
  const { port } = old.address() as { port: number };
  const store = redisStore({ url: `redis://:hunter2%2Fsecret@127.0.0.1:${port}`, timeoutMs: 200 });
  const errors = [await store.ready().catch(String), await store.ready().catch((error: unknown) => error)];

  expect(everythingIn(errors[1])).toMatch(/unknown command `HELLO`.*\[redacted\]/);
  expect(errors.map(everythingIn).join()).not.toMatch(/hunter2|secret/);
  await store.close();
  for (const socket of sockets) socket.destroy();
  old.close();
});

describe.skipIf(findRedisServer() === undefined)('with a real redis-server', () => {
  let server: RedisServer;
  let databases = 0;
  let prefix = '';
  const opened: BrokerStore[] = [];

  beforeAll(async () => {
    server = await startRedisServer();
  });
  beforeEach(() => {
    databases += 1;
    prefix = `test-${databases}`;
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  afterAll(() => server.stop());

  function open(options: Partial<{ url: string; timeoutMs: number }> = {}): BrokerStore {
    const store = redisStore({ url: server.url, prefix, ...options });
    opened.push(store);
    return store;
  }

  async function openRedis(): Promise<Database> {
    databases += 1;
    const own = `test-${databases}`;
    const stores: BrokerStore[] = [];
    return {
      store() {
        const store = redisStore({ url: server.url, prefix: own });
        stores.push(store);
        return store;
      },
      async end() {
        for (const store of stores) await store.close();
      },
    };
  }

  storeCases('a real Redis', openRedis);
  test('a real Redis answers as the memory store does, whatever is called', { timeout: 120_000 }, () =>
    fc.assert(answersAsMemory(openRedis), { numRuns: 200 }),
  );

  describe('a real Redis', () => {
    test('holds keys of one hash tag only, and nothing of a session that was forgotten', async () => {
      const store = open();
      const { id } = intentOf();
      await store.begin(intentOf({ id }), wide);
      await store.update(id, ['opening'], { state: 'open', serviceSessionId: 'theirs' });
      await store.takeDue({ now: NOON + HOUR, leaseUntil: NOON + 2 * HOUR, limit: 1 });
      await store.update(id, ['closing'], { state: 'closed', usedMs: 0 });
      await store.count('a', { amount: 1, windowMs: HOUR, now: NOON });
      await store.ready();
      await store.forget(id);

      const client = await createClient({ url: server.url }).connect();
      const tag = `{${prefix}}`;
      const keys = await client.keys('*');
      expect(keys.filter((key) => key.includes(prefix)).sort()).toEqual([
        `${tag}:count:a`,
        `${tag}:day:${Math.floor(NOON / (24 * HOUR))}`,
        `${tag}:ready`,
      ]);
      expect(keys.filter((key) => !/^\{test-\d+\}:/.test(key))).toEqual([]);
      for (const key of keys.filter((each) => each.startsWith(tag))) {
        expect(await client.pTTL(key)).toBeGreaterThan(0);
      }
      await client.close();
    });

    test('that restarted, and knows the scripts no more, is used on without a word', async () => {
      const own = await startRedisServer();
      const store = open({ url: own.url });
      await store.ready();
      await own.restart();

      await expect.poll(() => store.begin(intentOf(), wide).catch(String)).toEqual({ outcome: 'begun' });
      await own.stop();
    });

    test('that hangs makes calls reject in time, and is used again when it answers', async () => {
      const own = await startRedisServer();
      const store = open({ url: own.url, timeoutMs: 300 });
      await store.ready();
      own.pause();
      const begun = performance.now();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, () => store.begin(intentOf(), wide)),
      );
      expect(performance.now() - begun).toBeLessThan(2000);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'network' } });
      }
      await expect(store.ready()).rejects.toMatchObject({
        message: expect.stringMatching(/no answer within 300 ms/),
      });

      own.resume();
      await expect.poll(() => store.begin(intentOf(), wide).catch(String)).toEqual({ outcome: 'begun' });
      await own.stop();
    });

    test('that is gone makes calls reject in time; one that comes back is used again', async () => {
      const own = await startRedisServer();
      const store = open({ url: own.url, timeoutMs: 300 });
      await store.ready();
      await own.kill();
      const lost = intentOf();
      await expect(store.begin(lost, wide)).rejects.toMatchObject({ code: 'network' });
      await own.restart();

      await expect.poll(() => store.ready().catch(String)).toBeUndefined();
      // What was given up was not kept for later.
      expect(await store.find(lost.id)).toBeUndefined();
      await own.stop();
    });

    test('on a connection that went dead without a word is reached by another one', async () => {
      const line = await startLine(server.port);
      const store = open({ url: line.url, timeoutMs: 300 });
      await store.ready();
      line.deaden();

      await expect(store.ready()).rejects.toMatchObject({ code: 'network' });
      await expect.poll(() => store.ready().catch(String)).toBeUndefined();
      await store.close();
      await expect.poll(() => line.open()).toBe(0);
      await line.close();
    });

    test('on a connection that was dead from the beginning is reached by another one', async () => {
      const line = await startLine(server.port);
      line.deadenNext();
      const store = open({ url: line.url, timeoutMs: 200 });

      await expect(store.ready()).rejects.toMatchObject({ code: 'network' });
      await expect.poll(() => store.ready().catch(String), { timeout: 5000 }).toBeUndefined();
      await line.close();
    });

    test('that refuses the password says so, and no error holds it', async () => {
      const own = await startRedisServer({ password: 'the right one' });
      const good = open({ url: own.url, timeoutMs: 300 });
      await good.ready();
      const url = own.url.replace('the%20right%20one', 'hunter2%2Fsecret');
      const store = open({ url, timeoutMs: 300 });
      const error: unknown = await store.ready().catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ code: 'network', message: expect.stringMatching(/WRONGPASS|NOAUTH/) });
      expect(everythingIn(error)).not.toMatch(/hunter2|secret/);
      await own.stop();
      const gone: unknown = await good.ready().catch((thrown: unknown) => thrown);
      expect(everythingIn(gone)).not.toMatch(/the right one|the%20right/);
    });

    test('that takes no writes is not ready', async () => {
      const own = await startRedisServer({ args: ['--maxmemory', '1', '--maxmemory-policy', 'noeviction'] });
      const store = open({ url: own.url });

      await expect(store.ready()).rejects.toMatchObject({
        code: 'network',
        message: expect.stringMatching(/OOM/),
      });
      await expect(store.begin(intentOf(), wide)).rejects.toMatchObject({ code: 'network' });
      await own.stop();
    });

    test('has no connection of a store that was closed, also one that was closed at once', async () => {
      const watch = await createClient({ url: server.url }).connect();
      const connections = async () => (await watch.sendCommand(['CLIENT', 'LIST'])) as string;
      const before = (await connections()).split('\n').length;
      const store = open();
      await store.ready();
      expect((await connections()).split('\n')).toHaveLength(before + 1);
      await store.close();
      await redisStore({ url: server.url }).close();

      await expect.poll(async () => (await connections()).split('\n').length).toBe(before);
      await watch.close();
    });
  });

  describe("an application's own client of a real Redis", () => {
    test('is used as it is, and stays open, with no listener left on it', async () => {
      const client = await createClient({ url: server.url }).connect();
      const listeners = client.eventNames().map((name) => client.listenerCount(name));
      const store = redisStore({ client, prefix });
      expect(await store.begin(intentOf(), wide)).toEqual({ outcome: 'begun' });
      await store.close();

      expect(client.isReady).toBe(true);
      expect(client.eventNames().map((name) => client.listenerCount(name))).toEqual(listeners);
      expect(await client.ping()).toBe('PONG');
      await client.close();
    });

    test('may be a pool, or give buffers, or speak RESP 2', async () => {
      const pool = createClientPool({ url: server.url });
      await pool.connect();
      const buffers = createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      const old = createClient({ url: server.url, RESP: 2 });
      await Promise.all([buffers.connect(), old.connect()]);
      const intent = intentOf();
      const clients: RedisScripting[] = [pool, buffers, old];
      const [first, ...others] = clients.map((client) => redisStore({ client, prefix }));
      await first?.begin(intent, wide);

      for (const store of others) {
        expect(await store.find(intent.id)).toEqual({ ...intent, state: 'opening', attempts: 0 });
        expect(await store.known('akool', ['theirs'])).toEqual(new Set());
        expect(await store.count('a', { amount: 0, windowMs: 1, now: 5 })).toEqual({ used: 0, resetsAt: 6 });
      }
      await pool.close();
      await Promise.all([buffers.close(), old.close()]);
    });

    test('that hangs makes calls reject in time', async () => {
      const own = await startRedisServer();
      const client = await createClient({ url: own.url }).connect();
      client.on('error', () => {});
      const store = redisStore({ client, prefix, timeoutMs: 200 });
      await store.ready();
      own.pause();

      await expect(store.ready()).rejects.toMatchObject({
        code: 'network',
        message: expect.stringMatching(/no answer within 200 ms/),
      });
      client.destroy();
      await own.stop();
    });

    test('may be one of a real cluster: everything lies in one slot', async () => {
      const folder = temporaryFolder();
      const own = await startRedisServer({
        args: [
          ...['--cluster-enabled', 'yes', '--cluster-config-file', join(folder.path, 'nodes.conf')],
          ...['--cluster-port', '0', '--cluster-announce-ip', '127.0.0.1'],
        ],
      });
      const setUp = await createClient({ url: own.url }).connect();
      await setUp.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
      await expect
        .poll(() => setUp.sendCommand(['CLUSTER', 'INFO']), { timeout: 15_000 })
        .toMatch(/cluster_state:ok/);
      const cluster = createCluster({ rootNodes: [{ url: own.url }] });
      await cluster.connect();
      const store = redisStore({ client: cluster, prefix });

      const intent = intentOf({ dueAt: NOON });
      expect(await store.begin(intent, wide)).toEqual({ outcome: 'begun' });
      await store.update(intent.id, ['opening'], { state: 'open', serviceSessionId: 'theirs' });
      expect(await store.takeDue({ now: NOON, leaseUntil: NOON + 1, limit: 5 })).toHaveLength(1);
      expect(await store.known('akool', ['theirs'])).toEqual(new Set(['theirs']));
      await store.update(intent.id, ['closing'], { state: 'closed', usedMs: 1 });
      await store.forget(intent.id);
      expect(await store.tally()).toMatchObject({ closed: 0 });

      await cluster.close();
      await setUp.close();
      await own.stop();
      folder.remove();
    });
  });

  test('of two real processes that close what is due one is killed: its lease lapses, and the rest goes on', async () => {
    const folder = temporaryFolder();
    const store = open();
    const leaseUntil = NOON + 25_000;
    for (let count = 0; count < 300; count += 1) {
      const intent = intentOf({ dueAt: NOON - count });
      await store.begin(intent, wide);
      await store.update(intent.id, ['opening'], { state: 'open' });
    }
    const start = (name: string, holdAt: number) =>
      startChild(
        'redis-taker-main.ts',
        join(folder.path, name),
        ...[server.url, prefix, `${NOON}`, `${leaseUntil}`, `${holdAt}`],
      );
    const killed = start('killed', 20);
    await expect.poll(() => killed.notes().length, { timeout: 25_000 }).toBeGreaterThan(1);
    const other = start('other', 1000);
    await expect.poll(() => killed.notes().length, { timeout: 25_000 }).toBe(1 + 2 * 20 + 1);
    await killed.kill();
    expect(await other.ended, other.output()).toBe(0);

    const held = killed.notes().at(-1)?.split(' ')[1] ?? '';
    expect(await store.tally()).toMatchObject({ open: 0, closing: 1, closed: 299 });
    const took = [...killed.notes(), ...other.notes()].filter((line) => line.startsWith('took'));
    expect(new Set(took).size).toBe(300);

    const look = { limit: 10, leaseUntil: leaseUntil + 25_000 };
    expect(await store.takeDue({ ...look, now: leaseUntil - 1 })).toEqual([]);
    expect(await store.takeDue({ ...look, now: leaseUntil })).toMatchObject([{ id: held, was: 'closing' }]);
    folder.remove();
  });
});

/** A line to a server that can go dead: bytes vanish, and nobody is told. */
async function startLine(port: number) {
  const sockets = new Set<Socket>();
  const dead = new WeakSet<Socket>();
  let deadFromNow = 0;
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    if (deadFromNow > 0) {
      deadFromNow -= 1;
      dead.add(near);
    }
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!dead.has(near)) to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${address.port}`,
    open: () => sockets.size,
    deaden() {
      for (const socket of sockets) dead.add(socket);
    },
    deadenNext() {
      deadFromNow = 1;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whatever somebody might log of an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [error.message, error.stack, ...own, everythingIn(error.cause)].join('\n');
}
