import type { AvatarServiceServer } from '@avatarwire/services';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presets } from '../../src';
import { refusal, SECRET, type Stage, stage } from './support/stage';

/** Long, so that a search for them finds nothing else. */
const KEYS = {
  akool: { apiKey: 'akool-key-7f3c9a51', clientId: 'akool-client-5d20', clientSecret: 'akool-secret-e8b4' },
  a2e: 'a2e-key-0b86d2f4',
  heygen: 'heygen-key-c91e77a3',
  liveavatar: 'liveavatar-key-44af1d90',
};

let mock: MockServices;

beforeAll(async () => {
  const avatars = ['mock-avatar'];
  mock = await startMockServices({ keys: KEYS, akool: { avatars }, a2e: { avatars }, heygen: { avatars } });
});
afterAll(() => mock.close());

const NAMES = ['akool', 'a2e', 'heygen', 'liveavatar'] as const;
type Name = (typeof NAMES)[number];

const PROVIDERS = { akool: 'agora', a2e: 'agora', heygen: 'webrtc', liveavatar: 'livekit' } as const;
const SAID = {
  a2e: ['ask', { text: 'Hello?' }],
  heygen: ['start', { sdp: { type: 'answer', sdp: 'v=0' } }],
  liveavatar: ['keep-alive', {}],
} as const;

function serverOf(name: Name, more: object = {}): AvatarServiceServer {
  const options = { baseUrl: mock.urls[name], random: () => 0, ...more };
  switch (name) {
    case 'akool':
      return akoolServer({ apiKey: KEYS.akool.apiKey, ...options });
    case 'a2e':
      return a2eServer({ apiKey: KEYS.a2e, ...options });
    case 'heygen':
      return heygenServer({ apiKey: KEYS.heygen, ...options });
    case 'liveavatar':
      return liveavatarServer({ apiKey: KEYS.liveavatar, ...options });
  }
}

function stageOf(name: Name, more: object = {}): Stage {
  return stage({
    services: [serverOf(name, more)],
    authorize: presets({ guide: { service: name, avatarId: 'mock-avatar', durationSeconds: 300 } }),
  });
}

describe.each(NAMES)('%s, with its real server half and its mock over HTTP', (name) => {
  const provider = PROVIDERS[name];

  it('is opened, spoken to and closed, and the service counts nothing that stands open', async () => {
    const { open, send, close } = stageOf(name);
    const before = mock[name].open;
    const opened = await open({ provider });
    expect([opened.status, opened.body]).toEqual([
      201,
      expect.objectContaining({ provider, service: name, beatEveryMs: 30_000 }),
    ]);
    expect(mock[name].open).toBe(before + 1);
    const id: string = Reflect.get(Object(opened.body), 'sessionId');
    if (name !== 'akool') {
      const [action, body] = SAID[name];
      expect((await send(`/sessions/${id}/calls/${action}`, { body })).status).toBe(200);
    }
    expect((await close(id)).status).toBe(204);
    expect(mock[name].open).toBe(before);
  });

  it('is refused by its service: no key and no word of the service is in the answer or the log', async () => {
    const { open, log, observed } = stageOf(name, { apiKey: `wrong-${KEYS.a2e}` });
    const answer = await open({ provider });
    expect(answer.status).toBe(502);
    expect(refusal(answer)).toMatchObject({
      code: 'service-refused',
      message: expect.stringContaining("broker's account was refused"),
      service: name,
    });
    const everything = [answer.text, ...log, JSON.stringify(observed)].join('\n');
    expect(everything).not.toContain(KEYS.a2e);
    expect(everything).not.toContain(SECRET);
  });

  it('has too much to do: 503, and when to come again', async () => {
    const { open } = stageOf(name);
    mock[name].fail({ name: 'too-many-requests', retryAfterSeconds: 7 }, { times: 1 });
    const answer = await open({ provider });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect(refusal(answer)).toMatchObject({ code: 'service-busy', retryAfterMs: 7_000, service: name });
  });

  it('answers in no form that is documented: 502', async () => {
    const { open } = stageOf(name);
    mock[name].fail({ name: 'server-error', status: 500 }, { times: 1 });
    const answer = await open({ provider });
    expect([answer.status, refusal(answer)]).toEqual([502, expect.objectContaining({ code: 'network' })]);
  });
});

describe('credentials that a page was given', () => {
  it('are given once: they are in no other answer, in no record, in no line of the log and in no metric', async () => {
    const { open, opened, send, close, store, log, observed } = stageOf('akool');
    const headers = { 'idempotency-key': 'the-same-key-again' };
    const first = await open({}, { headers });
    const token: string = Reflect.get(Object(Reflect.get(Object(first.body), 'credentials')), 'token');
    expect(token.length).toBeGreaterThan(10);
    const again = await open({}, { headers });
    expect(again.status).toBe(409);
    const id = await opened();
    const others = [again, await send(`/sessions/${id}/calls/ask`, { body: {} }), await close(id)];
    const records = await store.list(['opening', 'open', 'closing', 'unresolved', 'closed', 'failed'], 100);
    const everything = [
      ...others.map(({ text }) => text),
      JSON.stringify([records, observed]),
      ...log,
    ].join();
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(SECRET);
    for (const key of Object.values(KEYS.akool)) expect(`${first.text}${everything}`).not.toContain(key);
  });
});
