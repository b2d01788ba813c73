import { describe, expect, test } from 'vitest';
import { json, scriptedServer } from './support/scripted-server';
import { KEYS, makeServer, NAMES, REQUESTS, refused, signal, stage } from './support/stage';

describe.each(NAMES)('%s, over real HTTP to its mock', (name) => {
  test('a session is opened, its details fit its provider, and closing it ends the cost', async () => {
    const { mock, server, clock } = await stage();
    const service = server(name);
    const request = REQUESTS[name];

    const opened = await service.open(request, { signal: signal() });

    expect(opened).toMatchObject({
      service: name,
      details: { provider: request.provider, service: name, sessionId: opened.id },
      openedAt: clock.wallNow(),
    });
    expect(mock[name]).toMatchObject({ open: 1, opened: 1 });

    await expect(service.close(opened)).resolves.toBe('closed');
    expect(mock[name]).toMatchObject({ open: 0, closed: 1 });
    expect(clock.scheduled).toBe(0);
  });

  test('closing again, and closing one that nobody knows, resolves as gone', async () => {
    const { server } = await stage();
    const service = server(name);
    const { id } = await service.open(REQUESTS[name], { signal: signal() });
    await service.close(id);

    await expect(service.close(id)).resolves.toBe('gone');
    await expect(service.close('nobody-knows-this')).resolves.toBe('gone');
  });

  test('the log says why a session was closed, and whether it was there', async () => {
    const { server, log } = await stage();
    const service = server(name);
    const { id } = await service.open(REQUESTS[name], { signal: signal() });
    await service.close(id, 'client-gone');
    await service.close(id, 'expired');

    expect(log.filter((line) => line.startsWith('info'))).toEqual([
      `info ${name}: closed {"id":"${id}","reason":"client-gone"}`,
      `info ${name}: gone {"id":"${id}","reason":"expired"}`,
    ]);
  });

  test('closing the same session many times at once is one request', async () => {
    const { mock, server } = await stage();
    const service = server(name);
    const { id } = await service.open(REQUESTS[name], { signal: signal() });

    await expect(Promise.all([1, 2, 3].map(() => service.close(id)))).resolves.toEqual(
      Array.from({ length: 3 }, () => 'closed'),
    );
    expect(mock[name].calls.filter((call) => call.name === 'session.close')).toHaveLength(1);
  });

  test('a close that meets a fault of the server is tried again', async () => {
    const { mock, server } = await stage();
    const service = server(name);
    const { id } = await service.open(REQUESTS[name], { signal: signal() });
    mock[name].fail('server-error', { on: 'session.close', times: 2 });

    await expect(service.close(id)).resolves.toBe('closed');
    expect(mock[name].open).toBe(0);
  });

  test('a wrong id is refused before anything is sent', async () => {
    const { mock, server } = await stage();
    const service = server(name);

    for (const id of ['', 'x'.repeat(257), 'a\nb', 7 as unknown as string]) {
      expect(await refused(service.close(id))).toMatchObject({ code: 'invalid-argument', service: name });
    }
    expect(mock[name].calls).toHaveLength(0);
  });

  test('what it offers is data: providers, fields and actions', async () => {
    const { server } = await stage();
    const service = server(name);

    expect(service.providers).toContain(REQUESTS[name].provider);
    expect(service.accepts).toContain('avatarId');
    expect(Object.isFrozen(service)).toBe(true);
    expect(service.actions.length > 0).toBe(service.call !== undefined);
  });
});

test('A2E says when a session ends, and so does AKOOL, whose length is sent where none is wanted', async () => {
  const { mock, server, clock } = await stage();

  const akool = await server('akool').open(REQUESTS.akool, { signal: signal() });
  expect(akool.endsAt).toBe(clock.wallNow() + 300_000);
  expect(akool.details.expiresInMs).toBe(300_000);
  expect(mock.akool.sessions[0]?.durationSeconds).toBe(300);

  const longer = { ...REQUESTS.akool, durationSeconds: 900 };
  const { endsAt } = await server('akool').open(longer, { signal: signal() });
  expect(endsAt).toBe(clock.wallNow() + 900_000);

  const liveavatar = { ...REQUESTS.liveavatar, durationSeconds: 120 };
  const { details } = await server('liveavatar').open(liveavatar, { signal: signal() });
  expect(details).toMatchObject({ avatarId: 'heygen', expiresInMs: 120_000 });
});

test.each(['agora', 'livekit', 'trtc'] as const)('AKOOL opens a room of %s', async (provider) => {
  const { server } = await stage();
  const { details } = await server('akool').open({ ...REQUESTS.akool, provider }, { signal: signal() });
  expect(details.provider).toBe(provider);
});

test("both spellings of AKOOL's TRTC, and the older place of its credentials, are read over HTTP", async () => {
  const { mock, server } = await stage();
  const wanted = { ...REQUESTS.akool, provider: 'trtc' } as const;
  for (const trtcSpelling of ['docs', 'demo'] as const) {
    for (const credentialsAt of ['credentials', 'stream_urls'] as const) {
      Object.assign(mock.akool.settings, { trtcSpelling, credentialsAt });
      const { details } = await server('akool').open(wanted, { signal: signal() });
      expect(details).toMatchObject({ provider: 'trtc', credentials: { userSig: expect.any(String) } });
    }
  }
});

test('AKOOL tells how a session stands, and lists those that are not over', async () => {
  const { server } = await stage();
  const akool = server('akool');
  const { id } = await akool.open(REQUESTS.akool, { signal: signal() });
  const other = await akool.open(REQUESTS.akool, { signal: signal() });
  await akool.close(other);

  await expect(akool.inspect?.(id)).resolves.toMatchObject({ id, provider: 'agora' });
  await expect(akool.inspect?.(other)).resolves.toMatchObject({ state: 'ended' });
  await expect(akool.inspect?.('nobody-knows-this')).resolves.toBeUndefined();
  await expect(akool.list?.()).resolves.toMatchObject([{ id }]);
});

test('HeyGen v1 wants the jitter buffer that its own sample sets', async () => {
  const { server } = await stage();
  const { details } = await server('heygen').open(REQUESTS.heygen, { signal: signal() });
  expect(details).toMatchObject({ provider: 'webrtc', credentials: { jitterBufferTargetMs: 500 } });
});

test('HeyGen lists the sessions that are open', async () => {
  const { server } = await stage();
  const heygen = server('heygen');
  const { id } = await heygen.open(REQUESTS.heygen, { signal: signal() });

  await expect(heygen.list?.()).resolves.toMatchObject([{ id, state: 'queued', provider: 'webrtc' }]);
});

test('HeyGen: a stop that is refused for a session that is still listed has not closed it', async () => {
  const { mock, server } = await stage();
  const heygen = server('heygen');
  const { id } = await heygen.open(REQUESTS.heygen, { signal: signal() });
  mock.heygen.fail({ name: 'code', code: 400_006 }, { on: 'session.close' });

  expect(await refused(heygen.close(id))).toMatchObject({ serviceCode: 400_006 });
  expect(mock.heygen.open).toBe(1);
  await expect(heygen.close(id)).resolves.toBe('closed');
});

test('A2E: a second leave that is accepted is a close like the first', async () => {
  const { mock, server } = await stage();
  mock.a2e.settings.secondLeave = 'accepted';
  const a2e = server('a2e');
  const { id } = await a2e.open(REQUESTS.a2e, { signal: signal() });
  await a2e.close(id);
  await expect(a2e.close(id)).resolves.toBe('closed');
  expect(mock.a2e).toMatchObject({ open: 0, closed: 1 });
});

test('A2E says the end as a number and as a date without a zone, which is UTC', async () => {
  const room = { appId: 'a', channel: 'abcde', token: 't', uid: 1 };
  const ends = Date.UTC(2026, 0, 1, 12, 30, 15);
  for (const expiry of [
    { expire_epoch_timestamp: ends / 1_000 + 0.5, expire_date_UTC: '2020-01-01 00:00:00' },
    { expire_date_UTC: '2026-01-01 12:30:15' },
    {},
  ]) {
    const { url } = await scriptedServer((_, response) =>
      json(response, { code: 0, data: { ...room, ...expiry } }),
    );
    const opened = await makeServer('a2e', { baseUrl: url }).open(REQUESTS.a2e, { signal: signal() });
    const expected = 'expire_epoch_timestamp' in expiry ? ends + 500 : ends;
    expect(opened.endsAt).toBe('expire_date_UTC' in expiry ? expected : undefined);
  }
});

test('AKOOL: the queue is listed before what runs, so that one that moves on is in one of both, and here once', async () => {
  const order: string[] = [];
  const { url } = await scriptedServer(({ path }, response) => {
    const status = new URLSearchParams(path.split('?')[1]).get('status');
    order.push(`asked ${status}`);
    setImmediate(() => {
      order.push(`answered ${status}`);
      json(response, { code: 1000, data: { result: [{ _id: 'id-1', status: Number(status) }] } });
    });
  });
  const listed = makeServer('akool', { baseUrl: url }).list?.();
  await expect(listed).resolves.toEqual([{ id: 'id-1', state: 'running' }]);
  expect(order).toEqual(['asked 1', 'answered 1', 'asked 2', 'answered 2']);
});

test('a list that gives the same on every page is read twice, and each of it is there once', async () => {
  const result = Array.from({ length: 100 }, (_, index) => ({ avatar_id: `avatar-${index}` }));
  const { url, asked } = await scriptedServer((_, response) =>
    json(response, { code: 1000, data: { result } }),
  );

  await expect(makeServer('akool', { baseUrl: url }).avatars?.()).resolves.toHaveLength(100);
  expect(asked).toHaveLength(2);
});

test('lists of more than a page are read to their end', async () => {
  const { server } = await stage();
  const akool = server('akool');
  for (let index = 0; index < 103; index++) await akool.open(REQUESTS.akool, { signal: signal() });

  const found = (await akool.list?.()) ?? [];
  expect(new Set(found.map(({ id }) => id)).size).toBe(103);
});

test('avatars, voices, languages and knowledge bases are listed where the service offers them', async () => {
  const { server } = await stage();
  const akool = server('akool');
  const id = 'mock-avatar';

  await expect(akool.avatars?.()).resolves.toContainEqual(expect.objectContaining({ id, own: false }));
  await expect(akool.avatar?.(id)).resolves.toMatchObject({ id });
  await expect(akool.avatar?.('nobody-knows-this')).resolves.toBeUndefined();
  const voices = (await akool.voices?.()) ?? [];
  expect(new Set(voices.map(({ own }) => own))).toEqual(new Set([true, false]));
  await expect(akool.languages?.()).resolves.toContainEqual(expect.objectContaining({ code: 'en' }));
  await expect(akool.knowledgeBases?.()).resolves.toContainEqual(
    expect.objectContaining({ id: expect.any(String), name: expect.any(String) }),
  );
  await expect(server('a2e').avatars?.()).resolves.toContainEqual(expect.objectContaining({ id }));
  await expect(server('heygen').avatars?.()).resolves.toContainEqual(
    expect.objectContaining({ id, own: false }),
  );
  await expect(server('heygen').voices?.()).resolves.toContainEqual(
    expect.objectContaining({ id: 'mock-voice-1', language: 'English' }),
  );
});

test('an avatar is uploaded, and its states are told', async () => {
  const { mock, server } = await stage();
  mock.akool.settings.uploadStepMs = 3_600_000;
  const akool = server('akool');
  const upload = { url: 'https://example.com/me.mp4', avatarId: 'Me1', name: 'Me' };

  await expect(akool.uploadAvatar?.(upload)).resolves.toEqual({ avatarId: 'Me1', state: 'queued' });
  mock.akool.failUpload('Me1');
  await expect(akool.uploadedAvatar?.('Me1')).resolves.toEqual({ avatarId: 'Me1', state: 'failed' });
  await expect(akool.uploadedAvatar?.('nobody')).resolves.toBeUndefined();
  const again = akool.uploadAvatar?.(upload);
  expect(await refused(again ?? Promise.resolve())).toMatchObject({ serviceCode: 1222 });
});

test.each([
  ['url', { url: 'http://example.com/me.mp4' }],
  ['avatarId', { avatarId: 'me/../you' }],
  ['name', { name: '' }],
  ['source', { source: 'mail' as 'direct' }],
])('an upload with a wrong %s is refused by name', async (field, wrong) => {
  const { mock, server } = await stage();
  const upload = { url: 'https://example.com/me.mp4', avatarId: 'Me1', name: 'Me', ...wrong };
  const error = await refused(server('akool').uploadAvatar?.(upload) ?? Promise.resolve());

  expect(error).toMatchObject({ code: 'invalid-argument', service: 'akool' });
  expect(error.message).toContain(`upload.${field}`);
  expect(mock.akool.calls).toHaveLength(0);
});

test("LiveAvatar closes with the session's token what it opened, and with the key what another process did", async () => {
  const { mock, server, options } = await stage();
  const sent: Record<string, string>[] = [];
  const spying = (input: RequestInfo | URL, init?: RequestInit) => {
    if (String(input).endsWith('/stop')) sent.push(init?.headers as Record<string, string>);
    return fetch(input, init);
  };
  const here = makeServer('liveavatar', { ...options('liveavatar'), fetch: spying });
  const { id } = await here.open(REQUESTS.liveavatar, { signal: signal() });
  await here.close(id);
  expect(sent[0]).toMatchObject({ authorization: expect.stringMatching(/^Bearer ./) });
  expect(sent[0]).not.toHaveProperty('x-api-key');
  expect(mock.liveavatar.open).toBe(0);

  const { url, asked } = await scriptedServer((_, response) => json(response, { code: 100, data: null }));
  await expect(server('liveavatar', { baseUrl: url }).close('of-another')).resolves.toBe('closed');
  expect(asked[0]?.headers).toMatchObject({ 'x-api-key': KEYS.liveavatar });
  expect(asked[0]?.headers).not.toHaveProperty('authorization');
  expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ session_id: 'of-another' });
});
