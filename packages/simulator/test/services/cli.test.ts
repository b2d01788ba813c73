import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hostRooms } from '../../src/page-rooms/host-rooms';
import { at, send } from './stage';

const CLI = fileURLToPath(new URL('../../src/services/cli.ts', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

function run(...given: string[]) {
  const child = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', CLI, ...given],
    { cwd: PACKAGE, env: { ...process.env, LIVEKIT_API_KEY: '', LIVEKIT_API_SECRET: '' } },
  );
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  return { child, said, ended };
}

describe('the command, as a child process', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'serves what it prints, and ends cleanly on %s',
    async (signal) => {
      const { child, said, ended } = run('--port', '0', '--avatar', 'my_own');
      await vi.waitFor(() => expect(said.out).toContain('Ctrl+C'), { timeout: 20_000 });
      const url = (name: string) =>
        new RegExp(`http://127\\.0\\.0\\.1:\\d+/${name}\\b\\S*`).exec(said.out)?.[0];
      for (const name of ['akool', 'a2e', 'heygen', 'liveavatar', 'model', '_mock'])
        expect(url(name)).toBeDefined();
      const key = /x-api-key: (\S+)/.exec(said.out)?.[1] ?? '';

      const created = await send(
        `${url('akool')}/api/open/v4/liveAvatar/session/create`,
        { avatar_id: 'my_own', duration: 300 },
        { headers: { 'x-api-key': key } },
      );
      expect(created.body).toMatchObject({ code: 1000 });
      const control = new URL('/_mock/state', url('akool'));
      expect(at((await send(control.href)).body, 'akool.costSeconds')).toBe(300);

      child.kill(signal);
      expect(await ended).toMatchObject({ code: 0, signal: null, err: '' });
      expect(said.out).toContain('Sessions: 1, 1 left open, which would go on costing; 300 s charged.');
      await expect(send(control.href)).rejects.toMatchObject({ name: 'TypeError' });
    },
  );

  test.each([
    [['--host', '0.0.0.0'], /--host/],
    [['--sessions', 'many'], /--sessions/],
    [['--port', '70000'], /--port/],
    [['--port', 'http'], /--port/],
    [['--prot', '1'], /--prot[\s\S]*--livekit-url/],
    [['--livekit-url', 'ws://127.0.0.1:7880'], /LIVEKIT_API_KEY/],
  ])('%j is refused with a line that names it', async (given, words) => {
    const { code, out, err } = await run(...given).ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(words);
  });

  test('--sessions says how many may stand open at each service', async () => {
    const { child, said, ended } = run('--port', '0', '--sessions', '4');
    await vi.waitFor(() => expect(said.out).toContain('Ctrl+C'), { timeout: 20_000 });
    const url = /http:\S+\/heygen/.exec(said.out)?.[0];
    const headers = { 'x-api-key': /X-Api-Key: (\S+)/.exec(said.out)?.[1] ?? '' };
    const statuses: number[] = [];
    for (let each = 0; each < 5; each += 1)
      statuses.push((await send(`${url}/v1/streaming.new`, {}, { headers })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    child.kill('SIGTERM');
    await ended;
  });

  test('--page-rooms gives the rooms of pages, and says where they come to', async () => {
    const { child, said, ended } = run('--port', '0', '--page-rooms');
    await vi.waitFor(() => expect(said.out).toContain('Ctrl+C'), { timeout: 20_000 });
    const pages = /hostRooms\('([^']+)'/.exec(said.out)?.[1] ?? '';
    const credentials = { appId: 'of the page', channel: 'c', token: 't', uid: 1 };
    const host = await hostRooms(pages, { agora: () => ({ credentials, close() {} }) });
    const created = await send(
      `${/http:\S+\/akool/.exec(said.out)?.[0]}/api/open/v4/liveAvatar/session/create`,
      { avatar_id: 'dvp_Tristan_cloth2_1080P', duration: 300 },
      { headers: { 'x-api-key': /x-api-key: (\S+)/.exec(said.out)?.[1] ?? '' } },
    );
    expect(at(created.body, 'data.credentials.agora_app_id')).toBe('of the page');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, err: '' });
    expect(await host.closed).toBe('lost');
  });

  test('--help says what there is', async () => {
    expect(await run('--help').ended).toMatchObject({ code: 0, out: expect.stringContaining('--port') });
  });
});
