import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLivekitServer, type LivekitServer, startLivekitServer } from '../livekit-server/index.ts';
import { socketsOf } from './fixtures/sockets.ts';

describe.skipIf(findLivekitServer() === undefined)('a real livekit-server', () => {
  let server: LivekitServer;

  beforeAll(async () => {
    server = await startLivekitServer();
  });
  afterAll(() => server.stop());

  test.runIf(process.platform === 'linux')('listens on loopback only', () => {
    const sockets = socketsOf(server.pid);

    expect(sockets.filter(({ protocol }) => protocol === 'tcp')).toHaveLength(1);
    expect(sockets.filter(({ protocol }) => protocol === 'udp').length).toBeGreaterThan(0);
    expect(new Set(sockets.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  });

  test('takes tokens made with its keys', async () => {
    const token = await server.token('somebody', { roomJoin: true, room: 'a room' });
    const answer = await fetch(`${server.httpUrl}/rtc/validate?access_token=${token}`);

    expect(answer.status).toBe(200);
  });

  test('comes back under the same address and keys after a kill', async () => {
    const before = server.pid;
    await server.kill();
    await expect(fetch(server.httpUrl)).rejects.toThrow();

    await server.restart();

    expect(server.pid).not.toBe(before);
    await expect(server.rooms.listRooms()).resolves.toEqual([]);
  });

  test('has gone once stop() has resolved, and can be stopped again', async () => {
    const other = await startLivekitServer();
    await other.stop();
    await other.stop();

    expect(isRunning(other.pid)).toBe(false);
  });

  test('ends when the process that started it is killed', async () => {
    const parent = fork(fileURLToPath(new URL('./fixtures/start-and-wait.ts', import.meta.url)), {
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

  await expect(startLivekitServer({ bin: failing })).rejects.toThrow(/ended while starting: out of order/);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
