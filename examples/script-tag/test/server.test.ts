// The example's server over HTTP on this machine; in place of AKOOL a server that answers what a test tells it.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startExample } from '../server/example-server';
import { createPaidSessions } from '../server/paid-sessions';

const OPENED = { code: 1_000, msg: 'OK', data: { _id: 'paid-1', credentials: {} } };

/** @param answer by the last word of the path */
async function akool(answer: (action: string) => object) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const action = request.url?.split('/').at(-1) ?? '';
    asked.push(action);
    response.end(JSON.stringify(answer(action)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const sessions = createPaidSessions({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'key',
    avatarId: 'avatar',
    provider: 'livekit',
    durationSeconds: 300,
  });
  return { asked, sessions };
}

test('a session that could not be closed is closed when the server ends', async () => {
  let works = false;
  const { asked, sessions } = await akool((action) =>
    action === 'close' && !works ? { code: 1_009, msg: 'try later' } : OPENED,
  );
  const { _id } = await sessions.open();
  await expect(sessions.close(_id)).rejects.toThrow(/1009/);
  works = true;
  await sessions.closeAll();
  expect(asked).toEqual(['create', 'close', 'close']);
  await sessions.closeAll();
  expect(asked).toHaveLength(3);
});

test('a session that came without credentials is closed, for nobody can join it', async () => {
  const { asked, sessions } = await akool(() => ({ ...OPENED, data: { _id: 'paid-1' } }));
  await expect(sessions.open()).rejects.toThrow(/no session that can be joined/);
  expect(asked).toEqual(['create', 'close']);
});

test('sessions that nobody closed do not count any more when their time is up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let number = 0;
  const { sessions } = await akool(() => {
    number += 1;
    return { ...OPENED, data: { _id: `paid-${number}`, credentials: {} } };
  });
  for (let open = 0; open < 4; open += 1) await sessions.open();
  await expect(sessions.open()).rejects.toThrow(/Too many/);
  vi.advanceTimersByTime(300_000);
  await expect(sessions.open()).resolves.toMatchObject({ _id: 'paid-5' });
});

test('no more sessions are opened at once than may be open', async () => {
  let number = 0;
  const { asked, sessions } = await akool(() => {
    number += 1;
    return { ...OPENED, data: { _id: `paid-${number}`, credentials: {} } };
  });
  await Promise.allSettled(Array.from({ length: 6 }, () => sessions.open()));
  expect(asked).toHaveLength(4);
});

test('a page whose script was not built is an answer, and the server goes on', async () => {
  const scriptFolder = await mkdtemp(join(tmpdir(), 'no-script-'));
  const { sessions } = await akool(() => OPENED);
  const server = await startExample({ sessions, scriptFolder });
  onTestFinished(async () => {
    await server.close();
    await rm(scriptFolder, { recursive: true });
  });
  expect((await fetch(server.url)).status).toBe(502);
  expect((await fetch(`${server.url}/page.css`)).status).toBe(200);
});
