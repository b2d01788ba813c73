import { deferred } from '@avatarwire/core/adapter';
import { describe, expect, it, vi } from 'vitest';
import { AGORA, serviceDouble } from './support/service-double';
import { refusal, SECRET, stage } from './support/stage';

describe('the life of a session over the wire, with the memory store and a service in the process', () => {
  it('opens, hears, passes calls on and closes, and tells metrics the patterns and no paths', async () => {
    const { open, send, close, double, observed, checker } = stage({
      double: serviceDouble({ call: async (action) => ({ heard: action }) }),
    });
    const opened = await open();
    expect(opened.status).toBe(201);
    expect(opened.body).toEqual({
      provider: 'agora',
      credentials: AGORA,
      service: 'double',
      sessionId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      expiresInMs: 300_000,
      beatEveryMs: 30_000,
    });
    const id: string = Reflect.get(Object(opened.body), 'sessionId');

    expect((await send(`/sessions/${id}/beat`)).status).toBe(204);
    const asked = await send(`/sessions/${id}/calls/ask`, { body: { text: 'Hello?' } });
    expect(asked.body).toEqual({ result: { heard: 'ask' } });
    expect((await send(`/sessions/${id}/calls/keep-alive`)).status).toBe(200);
    expect(double.said).toEqual([
      { action: 'ask', body: { text: 'Hello?' } },
      { action: 'keep-alive', body: undefined },
    ]);
    expect(double.standing.size).toBe(1);
    expect((await close(id)).status).toBe(204);
    expect(double.standing.size).toBe(0);
    expect((await send(`/sessions/${id}/beat`)).status).toBe(404);

    const requests = observed.filter(({ type }) => type === 'request');
    expect(requests.map((each) => ('route' in each ? `${each.route} ${each.status}` : ''))).toEqual([
      '/sessions 201',
      '/sessions/:id/beat 204',
      '/sessions/:id/calls/:action 200',
      '/sessions/:id/calls/:action 200',
      '/close 204',
      '/sessions/:id/beat 404',
    ]);
    expect(JSON.stringify(observed)).not.toContain(id);
    expect(checker.seen).toContain('POST /sessions 201');
  });

  it('gives every answer a request id of its own, and lets none be stored or taken for a page', async () => {
    const { open, send } = stage();
    const answers = [await open(), await send('/nowhere'), await send('/openapi.json', { method: 'GET' })];
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('makes the request id itself, whatever id the client sends', async () => {
    const { send } = stage();
    const { headers, body } = await send('/nowhere', { headers: { 'x-request-id': 'chosen-by-the-client' } });
    expect(headers.get('x-request-id')).not.toBe('chosen-by-the-client');
    expect(body).toMatchObject({ requestId: headers.get('x-request-id') });
  });

  it('drops whatever of the details is not on the list of its network', async () => {
    const { open } = stage({
      double: serviceDouble({
        providers: ['agora', 'livekit', 'trtc', 'webrtc'],
        details: ({ provider }) => detailsWithMore(provider),
      }),
      limits: { sessionsPerCaller: 9 },
    });
    for (const provider of ['agora', 'livekit', 'trtc', 'webrtc']) {
      const { status, text } = await open({ provider });
      expect(status).toBe(201);
      expect(text).not.toMatch(/hidden/i);
      expect(text).not.toContain("the service's own id");
    }
  });

  it('tells how long a jitter buffer the service wants, and passes on no length that none can have', async () => {
    const wanting = (jitterBufferTargetMs: number) =>
      stage({
        double: serviceDouble({
          providers: ['webrtc'],
          details: () => ({ provider: 'webrtc', credentials: { jitterBufferTargetMs } }),
        }),
      });
    const { body } = await wanting(500).open({ provider: 'webrtc' });
    expect(body).toMatchObject({ credentials: { jitterBufferTargetMs: 500 } });
    const { open, double } = wanting(4_001);
    expect((await open({ provider: 'webrtc' })).status).toBe(502);
    expect(double.standing.size).toBe(0);
  });

  it('closes a session at once whose credentials nobody can use', async () => {
    const { open, double } = stage({
      double: serviceDouble({
        details: () => ({ provider: 'agora', credentials: { ...AGORA, channel: Number.NaN as never } }),
      }),
    });
    const answer = await open();
    expect(answer.status).toBe(502);
    expect(double.asked).toHaveLength(1);
    expect(double.standing.size).toBe(0);
  });

  it('closes a session whose page went while it was being opened', async () => {
    const gone = new AbortController();
    const { open, double } = stage({ double: serviceDouble({ open: async () => gone.abort() }) });
    await open({}, { signal: gone.signal });
    await vi.waitFor(() => expect(double.standing.size).toBe(0));
    expect(double.asked).toHaveLength(1);
  });

  it('aborts the call to the service when the page goes', async () => {
    const gone = new AbortController();
    const { opened, send } = stage({
      double: serviceDouble({
        call: (_action, _body, signal) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
            gone.abort();
          }),
      }),
    });
    const id = await opened();
    const answer = await send(`/sessions/${id}/calls/ask`, { body: {}, signal: gone.signal });
    expect(answer.status).toBe(499);
  });

  it("answers 404 alike to somebody else's session, to an unknown one and to a wrong secret", async () => {
    const { opened, send, close, double } = stage();
    const id = await opened({ as: 'alice' });
    const unknown = 'A'.repeat(22);
    const answers = [
      await send(`/sessions/${id}/beat`, { as: 'mallory' }),
      await send(`/sessions/${id}/calls/ask`, { as: 'mallory', body: { text: 'x' } }),
      await send(`/sessions/${unknown}/beat`),
      await close(id, 'another-secret-of-a-page-0002'),
      await close(unknown),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect(refusal(answer)).toMatchObject({ code: 'session-gone' });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(refusal(answer)))).size).toBe(1);
    expect(double.said).toEqual([]);
    expect(double.standing.size).toBe(1);
  });

  it('takes a repeated create with the same key as a mistake when it asks for something else', async () => {
    const { open } = stage();
    const headers = { 'idempotency-key': 'the-same-key-again' };
    expect((await open({}, { headers })).status).toBe(201);
    expect((await open({ language: 'en' }, { headers })).status).not.toBe(201);
    expect((await open({ closeSecret: `${SECRET}x` }, { headers })).status).toBe(400);
  });

  it('answers a call that gave nothing with null', async () => {
    const { opened, send } = stage();
    const { body } = await send(`/sessions/${await opened()}/calls/ask`, { body: {} });
    expect(body).toEqual({ result: null });
  });

  it('refuses an action that the service has not, and a model that is not configured', async () => {
    const { opened, send } = stage();
    const id = await opened();
    for (const path of ['calls/sing', 'calls/__proto__', 'calls/ASK', 'chat/completions']) {
      const answer = await send(`/sessions/${id}/${path}`, { body: { messages: [] } });
      expect([path, answer.status, refusal(answer)]).toEqual([
        path,
        404,
        expect.objectContaining({ code: 'unsupported' }),
      ]);
    }
  });

  it('ends in bounded time when a service hangs: what it was asked stands in the store for the next broker', async () => {
    const { broker, clock, store, opened, close, double } = stage();
    const id = await opened();
    const hanging = deferred<'closed'>();
    const asked = vi.spyOn(double, 'close').mockReturnValue(hanging.promise);
    vi.spyOn(double, 'settled').mockImplementation(async () => void (await hanging.promise));
    const closing = close(id);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());

    const ended = vi.fn();
    const ending = broker.close().then(ended);
    await clock.advance(239_999);
    expect(ended).not.toHaveBeenCalled();
    await clock.advance(1);
    await ending;
    expect((await closing).status).toBe(202);
    expect(await store.find(id)).toMatchObject({ state: 'closing' });
    hanging.resolve('closed');
  });

  it('ends when what is under way is done, opens nothing after that, and closes what stands if asked to', async () => {
    const { broker, open, opened, close, double } = stage({ limits: { sessionsPerCaller: 9 } });
    const [first] = [await opened(), await opened()];
    await broker.close();
    expect(double.standing.size).toBe(2);
    expect((await open()).status).toBe(503);
    expect((await close(first)).status).toBe(204);
    await broker.close({ sessions: 'close' });
    expect(double.standing.size).toBe(0);
  });
});

function detailsWithMore(provider: string) {
  const more = { hidden: 'hidden-1', apiKey: 'hidden-2' };
  const beside = { sessionId: "the service's own id", hidden: 'hidden-3', avatarId: 'avatar-1' };
  switch (provider) {
    case 'livekit':
      return {
        provider: 'livekit' as const,
        credentials: { url: 'wss://room.example', token: 'livekit-token', ...more },
        ...beside,
      };
    case 'trtc':
      return {
        provider: 'trtc' as const,
        credentials: { sdkAppId: 1, room: 'r', userId: 'u', userSig: 's', ...more },
        ...beside,
      };
    case 'webrtc':
      return {
        provider: 'webrtc' as const,
        credentials: {
          iceServers: [{ urls: ['stun:stun.example'], ...more }],
          offer: { type: 'offer' as const, sdp: 'v=0', ...more },
          jitterBufferTargetMs: 500,
          ...more,
        },
        ...beside,
      };
    default:
      return { provider: 'agora' as const, credentials: { ...AGORA, ...more }, ...beside };
  }
}
