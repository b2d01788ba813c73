import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findRedisServer, type RedisServer, startRedisServer } from '../redis-server/index.ts';
import { prepareRedisServer } from '../setup/prepare-redis-server.ts';
import { socketsOf } from './fixtures/sockets.ts';

describe('finding a redis-server', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'avatarwire-setup-'));
    vi.stubEnv('REDIS_SERVER_BIN', undefined);
    vi.stubEnv('PATH', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what REDIS_SERVER_BIN names comes before the PATH', async () => {
    expect(findRedisServer()).toBeUndefined();

    const onPath = program(join(folder, 'redis-server'));
    expect(findRedisServer()).toBe(onPath);

    const named = program(join(folder, 'named'));
    vi.stubEnv('REDIS_SERVER_BIN', named);
    expect(findRedisServer()).toBe(named);
    await expect(prepareRedisServer(() => {})).resolves.toEqual({ path: named });
  });

  test('a REDIS_SERVER_BIN that names nothing is reported, and nothing else is tried', async () => {
    program(join(folder, 'redis-server'));
    vi.stubEnv('REDIS_SERVER_BIN', join(folder, 'not-there'));
    const said: string[] = [];

    await expect(prepareRedisServer((line) => said.push(line))).resolves.toEqual({
      missing: 'REDIS_SERVER_BIN names no program that can be run',
    });
    expect(said).toEqual([]);
  });

  test('where nothing may be installed, the reason is given', async () => {
    await expect(prepareRedisServer(() => {})).resolves.toEqual({
      missing: 'no redis-server found, and only root can install one with apt-get',
    });
  });

  function program(path: string): string {
    writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    return path;
  }
});

describe.skipIf(findRedisServer() === undefined)('a real redis-server', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedisServer({ password: 'a pass/word' });
  });
  afterAll(() => server.stop());

  test.runIf(process.platform === 'linux')('listens on loopback only', () => {
    const sockets = socketsOf(server.pid);

    expect(sockets.length).toBeGreaterThan(0);
    expect(new Set(sockets.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  });

  test('wants the password that stands in its address', async () => {
    const password = decodeURIComponent(new URL(server.url).password);
    const said = await say(server.port, `PING\r\nAUTH "${password}"\r\n`, /\+OK/);

    expect(said).toMatch(/^-NOAUTH[^\n]*\n\+OK/);
  });

  test('says nothing while it is paused, and all of it afterwards', async () => {
    server.pause();
    const said = say(server.port, 'PING\r\n', /NOAUTH/);
    await expect(Promise.race([said, delay(200, 'silence')])).resolves.toBe('silence');
    server.resume();

    await expect(said).resolves.toMatch(/NOAUTH/);
  });

  test('comes back under the same address after a kill', async () => {
    const before = server.pid;
    await server.kill();
    await expect(say(server.port, 'PING\r\n', /NOAUTH/)).rejects.toThrow('ECONNREFUSED');

    await server.restart();

    expect(server.pid).not.toBe(before);
    await expect(say(server.port, 'PING\r\n', /NOAUTH/)).resolves.toMatch(/NOAUTH/);
  });

  test('has gone once stop() has resolved, and can be stopped again', async () => {
    const other = await startRedisServer();
    await other.stop();
    await other.stop();

    expect(isRunning(other.pid)).toBe(false);
  });

  test('ends when the process that started it is killed', async () => {
    const parent = fork(fileURLToPath(new URL('./fixtures/start-redis-and-wait.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
    });
    const [pid] = (await once(parent, 'message')) as [number];
    expect(isRunning(pid)).toBe(true);

    parent.kill('SIGKILL');

    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
  });
});

test('a program that ends at once is reported with what it wrote', async () => {
  const failing = fileURLToPath(new URL('./fixtures/failing-program.sh', import.meta.url));

  await expect(startRedisServer({ bin: failing })).rejects.toThrow(/ended while starting: out of order/);
});

/** Sends lines of Redis' inline protocol, and resolves with the answer once it reads so. */
function say(port: number, lines: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(lines));
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (!until.test(heard)) return;
      socket.destroy();
      resolve(heard);
    });
    socket.once('error', reject);
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
