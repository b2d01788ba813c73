import { describe, expect, test, vi } from 'vitest';
import { akoolCalls, at, send, start, textAt } from './stage';

describe('the control address, for other processes', () => {
  test('state shows sessions and what they cost, and no credential', async () => {
    const { mock, clock } = await start();
    const { create, close } = akoolCalls(mock);
    const created = await create({ duration: 600 });
    const id = textAt(created.body, 'data._id');
    await clock.advance(10_000);
    const state = await send(`${mock.urls.control}/state`);
    expect(at(state.body, 'akool')).toEqual({
      open: 1,
      opened: 1,
      closed: 0,
      costSeconds: 600,
      openSeconds: 10,
      sessions: [
        {
          id,
          provider: 'agora',
          avatarId: 'dvp_Tristan_cloth2_1080P',
          durationSeconds: 600,
          openedAt: 0,
          closeCalls: 0,
          costSeconds: 600,
        },
      ],
    });
    expect(Object.keys(state.body as object).sort()).toEqual([
      'a2e',
      'akool',
      'heygen',
      'liveavatar',
      'model',
    ]);
    expect(JSON.stringify(state.body)).not.toContain(textAt(created.body, 'data.credentials.agora_token'));

    await close(id);
    expect(at((await send(`${mock.urls.control}/state`)).body, 'akool')).toMatchObject({
      open: 0,
      costSeconds: 10,
    });
  });

  test('failures are set, released and cleared', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    const control = (path: string, body: unknown) => send(`${mock.urls.control}/${path}`, body);
    const set = await control('fail', {
      service: 'akool',
      on: 'session.create',
      failure: { name: 'unanswered' },
    });
    expect(set).toMatchObject({ status: 200, body: { id: expect.any(String) } });
    const creating = create();
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));
    await control('release', { id: 'failure-99' });
    await control('release', set.body);
    expect((await creating).body).toMatchObject({ code: 1000 });

    await control('fail', { service: 'akool', failure: 'server-error', times: 5 });
    expect((await create()).status).toBe(500);
    await control('clear', { service: 'akool' });
    expect((await create()).status).toBe(200);
  });

  test('what is wrong is refused by name', async () => {
    const { mock } = await start();
    const control = (path: string, body?: unknown, method?: string) =>
      send(`${mock.urls.control}/${path}`, body, method === undefined ? {} : { method });
    expect(await control('fail', { failure: 'reset' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('service') },
    });
    expect((await control('fail', { service: 'constructor', failure: 'reset' })).status).toBe(400);
    expect((await control('nowhere')).status).toBe(404);
    expect((await control('state', {})).status).toBe(405);
    expect((await control('clear', { service: 'nobody' })).status).toBe(400);
    expect((await control('release', { id: 7 })).status).toBe(400);
    expect(await control('release', [])).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('JSON object') },
    });
    for (const path of ['fail', 'release', 'clear'])
      expect((await control(path, undefined, 'POST')).status).toBe(400);
  });

  test('a body that a page of another origin could send unasked is not taken', async () => {
    const { mock } = await start();
    const response = await fetch(`${mock.urls.control}/fail`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ service: 'akool', failure: 'reset' }),
    });
    expect(response.status).toBe(400);
    expect((await akoolCalls(mock).create()).status).toBe(200);
  });
});
