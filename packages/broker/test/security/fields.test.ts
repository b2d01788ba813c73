import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { presets } from '../../src';
import { serviceDouble } from '../http/support/service-double';
import { refusal, SECRET, stage } from '../http/support/stage';
import { watchedLine } from './support/services';

const EVIL = 'https://evil.example/room';
const TAKEN = ['provider', 'closeSecret', 'preset', 'language', 'mode'];

/** Names by which services, this broker or a careless one would let a page choose what is opened. */
const CHOOSING = [
  ...[
    'avatar_id',
    'avatarId',
    'avatar',
    'avatarID',
    'avatar-id',
    'voice_id',
    'voiceId',
    'voice_url',
    'voice_params',
  ],
  ...['knowledge_id', 'knowledgeId', 'background_url', 'backgroundUrl', 'backgroundURL', 'scene_mode'],
  ...[
    'credentials',
    'credential',
    'room',
    'room_id',
    'channel',
    'agora_app_id',
    'agora_channel',
    'agora_token',
  ],
  ...['livekit_url', 'livekit_token', 'stream_type', 'streamType', 'token', 'apiKey', 'api_key', 'key'],
  ...[
    'url',
    'baseUrl',
    'webhookUrl',
    'webhook_url',
    'webhook',
    'callback',
    'callbackUrl',
    'redirect',
    'proxy',
    'host',
  ],
  ...['durationSeconds', 'duration', 'duration_seconds', 'max_session_duration', 'expire_seconds', 'endsAt'],
  ...[
    'extra',
    'options',
    'request',
    'wanted',
    'opening',
    'service',
    'services',
    'caller',
    'callerId',
    'id',
    'sub',
  ],
  ...[
    'sessionId',
    'serviceSessionId',
    'state',
    'reservedMs',
    'limits',
    'quality',
    'model',
    'system',
    'tools',
  ],
  ...[
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    'toJSON',
    'then',
  ],
  // Of another case, with what cannot be seen, and of letters that look alike.
  ...['Provider', 'PROVIDER', 'preSet', 'Preset', 'closesecret', 'Mode', 'LANGUAGE'],
  ...[
    ' preset',
    'preset ',
    'preset\u0000',
    'pre\u200bset',
    'prеset',
    'ｐreset',
    'preset\u0301',
    '\ufeffpreset',
    '',
  ],
  ...['preset.avatarId', 'preset[avatarId]', 'preset/avatarId', '$ref', '$where', '0'],
];

describe('a create with a field of its own', () => {
  test('is refused by name, and no service is asked', async () => {
    const { open, double } = stage({ limits: { opensPerMinute: 1_000 } });
    for (const field of CHOOSING) {
      const answer = await open({ [field]: EVIL });
      expect([answer.status, refusal(answer)]).toEqual([
        400,
        expect.objectContaining({
          code: 'invalid-argument',
          field: field.replace(/[^\x20-\x7e]/g, '?'),
          message: expect.stringContaining('is not taken'),
        }),
      ]);
      expect(answer.text).not.toContain('evil.example');
    }
    expect(double.asked).toEqual([]);
  });

  test.each(['__proto__', '__pro\\u0074o__'])(
    '%s is refused by name, and changes no prototype',
    async (field) => {
      const { send, double } = stage();
      const body = `{"provider":"agora","closeSecret":"${SECRET}","${field}":{"avatarId":"x","durationSeconds":86400}}`;
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-of-the-page-once' };
      const answer = await send('/sessions', { headers, body });
      expect([answer.status, refusal(answer)]).toEqual([
        400,
        expect.objectContaining({ field: '__proto__' }),
      ]);
      expect(double.asked).toEqual([]);
      expect(Reflect.get({}, 'avatarId')).toBeUndefined();
    },
  );

  test('what is taken is text of its own form: neither objects nor lists nor addresses', async () => {
    const { open, double } = stage({ limits: { opensPerMinute: 1_000 } });
    const wrong = [
      EVIL,
      { avatarId: 'x' },
      ['guide'],
      7,
      true,
      null,
      '../guide',
      'guide\n',
      'guide\u0000',
      '',
    ];
    for (const field of ['preset', 'language', 'mode', 'provider', 'closeSecret']) {
      for (const value of wrong) {
        const answer = await open({ [field]: value });
        expect([field, value, answer.status]).toEqual([field, value, 400]);
      }
    }
    expect(double.asked).toEqual([]);
  });

  test('presets are looked up among their own names only', async () => {
    const { open, double } = stage();
    for (const preset of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect((await open({ preset })).status).toBe(403);
    }
    expect(double.asked).toEqual([]);
  });

  test('headers and the query choose nothing either', async () => {
    const { send, double } = stage();
    const answer = await send('/sessions?avatar_id=evil&preset=evil&basePath=/x&provider=trtc#preset', {
      headers: {
        'idempotency-key': 'key-of-the-page-once',
        'x-avatar-id': 'evil',
        'x-preset': 'evil',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-for': '10.0.0.1',
        'x-http-method-override': 'DELETE',
        'x-original-url': '/close',
        'x-request-id': 'chosen-by-the-page',
      },
      body: { provider: 'agora', closeSecret: SECRET },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-request-id')).not.toBe('chosen-by-the-page');
    expect(double.asked).toEqual([{ provider: 'agora', avatarId: 'tristan', durationSeconds: 300 }]);
  });
});

const REQUEST = {
  avatarId: 'mock-avatar',
  voiceId: 'voice-of-the-preset',
  backgroundUrl: 'https://preset.example/background.png',
  durationSeconds: 240,
} as const;

async function akoolStage() {
  const mock = await startMockServices({ akool: { avatars: ['mock-avatar'] } });
  onTestFinished(() => mock.close());
  const line = watchedLine();
  const akool = akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool, fetch: line.fetch });
  const on = stage({
    services: [akool],
    authorize: presets({ guide: { service: 'akool', ...REQUEST, languages: ['en', 'de'] } }),
    limits: { opensPerMinute: 10_000, opensInAllPerMinute: 10_000, secondsPerCallerAndDay: 10_000_000 },
  });
  return { ...on, mock, line };
}

const createsAt = (mock: MockServices) => mock.akool.calls.filter(({ name }) => name === 'session.create');

const json = fc.jsonValue({ maxDepth: 3 });
const fieldName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CHOOSING) },
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.constantFrom(...TAKEN).chain((name) => fc.mixedCase(fc.constant(name))),
);

describe('any fields at all (AKOOL over HTTP, and its mock)', () => {
  test('with fields that are not taken nothing reaches the service; without them, what reaches it is the preset', async () => {
    const { open, close, mock, line } = await akoolStage();
    const expected = {
      avatar_id: REQUEST.avatarId,
      voice_id: REQUEST.voiceId,
      background_url: REQUEST.backgroundUrl,
      duration: REQUEST.durationSeconds,
      stream_type: 'agora',
    };
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fieldName, json, { maxKeys: 3, noNullPrototype: true }),
        async (more) => {
          const asked = createsAt(mock).length;
          const given = Object.keys(more);
          const answer = await open(more);
          if (given.some((name) => !TAKEN.includes(name))) {
            expect(answer.status).toBe(400);
          }
          const seen = createsAt(mock).slice(asked);
          expect(seen.length).toBe(answer.status === 201 ? 1 : 0);
          for (const { body } of seen) {
            const { language: _wanted, ...rest } = Object(body) as Record<string, unknown>;
            expect(rest).toEqual(expected);
          }
          if (answer.status === 201) await close(Reflect.get(Object(answer.body), 'sessionId'));
        },
      ),
      { numRuns: 400 },
    );
    expect(createsAt(mock).length).toBeGreaterThan(0);
    expect([...line.origins]).toEqual([new URL(mock.urls.akool).origin]);
    expect(mock.akool.open).toBe(0);
  }, 60_000);
});

describe('addresses', () => {
  test('nothing that a page sends becomes an address that the broker asks: create, calls, chat, close', async () => {
    const mock = await startMockServices({
      a2e: { avatars: ['mock-avatar'] },
      heygen: { avatars: ['mock-avatar'] },
    });
    onTestFinished(() => mock.close());
    const line = watchedLine();
    const real = globalThis.fetch;
    const elsewhere: string[] = [];
    globalThis.fetch = async (input, init) => {
      elsewhere.push(String(input instanceof Request ? input.url : input));
      return real(input, init);
    };
    onTestFinished(() => {
      globalThis.fetch = real;
    });
    const options = { fetch: line.fetch };
    const { open, send, close } = stage({
      services: [
        a2eServer({ apiKey: mock.keys.a2e, baseUrl: mock.urls.a2e, ...options }),
        heygenServer({ apiKey: mock.keys.heygen, baseUrl: mock.urls.heygen, ...options }),
      ],
      authorize: presets(
        {
          a2e: { service: 'a2e', avatarId: 'mock-avatar', durationSeconds: 300 },
          heygen: { service: 'heygen', avatarId: 'mock-avatar', durationSeconds: 300 },
        },
        { default: 'a2e' },
      ),
      model: { baseUrl: mock.urls.model, apiKey: mock.keys.model, model: 'mock-model', fetch: line.fetch },
    });
    const wishes = {
      url: EVIL,
      text: EVIL,
      baseUrl: EVIL,
      host: 'evil.example',
      sdp: { type: 'answer', sdp: `v=0\r\na=candidate:1 1 udp 1 evil.example 1 typ host\r\n` },
      candidate: { candidate: `candidate:1 1 udp 1 evil.example 1 typ host`, sdpMid: '0' },
    };
    for (const [preset, provider, actions] of [
      ['a2e', 'agora', ['ask', 'speak', 'interrupt', 'context', 'leave', 'session.create']],
      ['heygen', 'webrtc', ['start', 'ice', 'task', 'keep-alive', 'interrupt', 'stop', 'new']],
    ] as const) {
      const opened = await open({ preset, provider });
      const id: string = Reflect.get(Object(opened.body), 'sessionId');
      expect(opened.status).toBe(201);
      for (const action of actions)
        await send(`/sessions/${id}/calls/${action}?url=${EVIL}`, { body: wishes });
      await send(`/sessions/${id}/chat/completions`, {
        body: { messages: [{ role: 'user', content: EVIL }] },
      });
      await send(`/sessions/${id}/chat/completions`, {
        body: { messages: [{ role: 'user', content: 'x' }], baseUrl: EVIL },
      });
      await close(id);
    }
    expect([...line.origins]).toEqual([new URL(mock.urls.a2e).origin]);
    const outside = elsewhere.filter((url) => new URL(url).origin !== new URL(mock.urls.a2e).origin);
    expect(outside).toEqual([]);
    expect(line.bodies.length).toBeGreaterThan(4);
  });

  test('a session id of the service is its own: what a page sends cannot put another in its place', async () => {
    const double = serviceDouble();
    const asked: unknown[] = [];
    Object.assign(double, {
      call: async (session: unknown) => {
        asked.push(session);
      },
    });
    const { opened, send } = stage({ double });
    const id = await opened();
    await opened({ as: 'mallory' });
    for (const body of [
      { id: 'at-the-service-2' },
      { session_id: 'at-the-service-2', sessionId: 'x', channel: 'y' },
    ]) {
      expect((await send(`/sessions/${id}/calls/ask`, { body })).status).toBe(200);
    }
    expect(asked).toEqual(['at-the-service-1', 'at-the-service-1']);
  });
});
