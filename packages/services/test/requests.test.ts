import { describe, expect, test } from 'vitest';
import { A2E_REQUEST } from '../src/a2e/create';
import { createBody } from '../src/akool/create';
import type { OpenRequest } from '../src/contract';
import { HEYGEN_REQUEST } from '../src/heygen/create';
import { tokenBody } from '../src/liveavatar/create';
import { mapRequest } from '../src/request/map-request';
import { type Name, REQUESTS, refused, signal, stage } from './support/stage';

const FULL = {
  avatarId: 'ava',
  voiceId: 'voice',
  language: 'pt-BR',
  mode: 'dialogue',
  knowledgeId: 'base',
  backgroundUrl: 'https://example.com/sea.jpg',
  durationSeconds: 600,
} as const;

describe('one request, as each service has it', () => {
  test('AKOOL', () => {
    const extra = { voice_params: { speed: 1.1 }, voice_url: 'https://example.com/voice' };
    expect(createBody({ provider: 'livekit', ...FULL, extra })).toEqual({
      avatar_id: 'ava',
      voice_id: 'voice',
      language: 'pt-BR',
      mode_type: 2,
      knowledge_id: 'base',
      background_url: 'https://example.com/sea.jpg',
      duration: 600,
      stream_type: 'livekit',
      ...extra,
    });
    expect(createBody({ provider: 'agora', avatarId: 'ava', mode: 'retelling' })).toMatchObject({
      mode_type: 1,
    });
  });

  test('A2E', () => {
    const request: OpenRequest = {
      provider: 'agora',
      avatarId: 'ava',
      durationSeconds: 60,
      mode: 'dialogue',
    };
    expect(mapRequest(A2E_REQUEST, request)).toEqual({ avatar_id: 'ava', expire_seconds: 60 });
  });

  test('HeyGen v1', () => {
    const request: OpenRequest = {
      provider: 'webrtc',
      avatarId: 'ava',
      voiceId: 'voice',
      quality: 'high',
      mode: 'retelling',
    };
    expect(mapRequest(HEYGEN_REQUEST, request)).toEqual({
      avatar_name: 'ava',
      voice: { voice_id: 'voice' },
      quality: 'high',
    });
  });

  test('LiveAvatar', () => {
    const { backgroundUrl: _, ...request } = FULL;
    const extra = { is_sandbox: true, encoding: 'H264', stt_config: { provider: 'deepgram' } };
    expect(tokenBody({ provider: 'livekit', ...request, quality: 'very-high', extra })).toEqual({
      mode: 'FULL',
      avatar_id: 'ava',
      avatar_persona: {
        voice_id: 'voice',
        context_id: 'base',
        language: 'pt-BR',
        stt_config: { provider: 'deepgram' },
      },
      max_session_duration: 600,
      video_settings: { quality: 'very_high', encoding: 'H264' },
      is_sandbox: true,
    });
  });

  test('a frozen request is left as it was', () => {
    const request = Object.freeze({
      ...REQUESTS.akool,
      extra: Object.freeze({ voice_params: Object.freeze({}) }),
    });
    expect(() => createBody(request)).not.toThrow();
  });
});

const wrong = (more: object) => more as Partial<OpenRequest>;

describe('what is refused, by the name of its field and before anything is sent', () => {
  test.each<[Name, string, string, Partial<OpenRequest>]>([
    ['akool', 'invalid-argument', 'request.avatarId', { avatarId: '' }],
    ['akool', 'invalid-argument', 'request.avatarId', wrong({ avatarId: undefined })],
    ['akool', 'invalid-argument', 'request.avatarId', { avatarId: 'a\u0000b' }],
    ['akool', 'invalid-argument', 'request.voiceId', wrong({ voiceId: { $ne: null } })],
    ['akool', 'invalid-argument', 'request.language', { language: 'english please' }],
    ['akool', 'invalid-argument', 'request.mode', wrong({ mode: 'singing' })],
    ['akool', 'invalid-argument', 'request.knowledgeId', { knowledgeId: 'k'.repeat(257) }],
    ['akool', 'invalid-argument', 'request.backgroundUrl', { backgroundUrl: 'http://example.com/a.jpg' }],
    ['akool', 'invalid-argument', 'request.backgroundUrl', { backgroundUrl: 'javascript:alert(1)' }],
    ['akool', 'invalid-argument', 'request.durationSeconds', { durationSeconds: 0 }],
    ['akool', 'invalid-argument', 'request.durationSeconds', { durationSeconds: 1.5 }],
    ['akool', 'invalid-argument', 'request.durationSeconds', { durationSeconds: Number.NaN }],
    ['akool', 'invalid-argument', 'request.durationSeconds', { durationSeconds: 3_601 }],
    ['akool', 'invalid-argument', 'request.quality', wrong({ quality: '4k' })],
    ['akool', 'unsupported', 'request.quality', { quality: 'high' }],
    ['akool', 'unsupported', 'request.provider', { provider: 'webrtc' }],
    ['akool', 'invalid-argument', 'request.webhookUrl', wrong({ webhookUrl: 'https://example.com' })],
    ['akool', 'invalid-argument', 'request.extra', wrong({ extra: [1] })],
    ['akool', 'invalid-argument', 'request.extra', { extra: { voice_params: 'x'.repeat(20_000) } }],
    ['akool', 'invalid-argument', 'request.extra.duration', { extra: { duration: 3_600 } }],
    ['akool', 'invalid-argument', 'request.extra.credentials', { extra: { credentials: {} } }],
    ['akool', 'invalid-argument', 'request.extra.constructor', { extra: { constructor: 1 } }],
    ['a2e', 'unsupported', 'request.voiceId', { voiceId: 'v' }],
    ['a2e', 'unsupported', 'request.language', { language: 'en' }],
    ['a2e', 'unsupported', 'request.knowledgeId', { knowledgeId: 'k' }],
    ['a2e', 'unsupported', 'request.backgroundUrl', { backgroundUrl: 'https://example.com/a.jpg' }],
    ['a2e', 'unsupported', 'request.quality', { quality: 'low' }],
    ['a2e', 'unsupported', 'request.provider', { provider: 'livekit' }],
    ['a2e', 'invalid-argument', 'request.extra.channel', { extra: { channel: 'mine' } }],
    ['heygen', 'unsupported', 'request.mode', { mode: 'dialogue' }],
    ['heygen', 'unsupported', 'request.language', { language: 'en' }],
    ['heygen', 'unsupported', 'request.knowledgeId', { knowledgeId: 'k' }],
    ['heygen', 'unsupported', 'request.backgroundUrl', { backgroundUrl: 'https://example.com/a.jpg' }],
    ['heygen', 'unsupported', 'request.durationSeconds', { durationSeconds: 60 }],
    ['heygen', 'unsupported', 'request.quality', { quality: 'very-high' }],
    ['liveavatar', 'unsupported', 'request.backgroundUrl', { backgroundUrl: 'https://example.com/a.jpg' }],
    ['liveavatar', 'invalid-argument', 'request.extra.mode', { extra: { mode: 'LITE' } }],
  ])('%s: %s for %s', async (name, code, field, more) => {
    const { mock, server } = await stage();
    const request = { ...REQUESTS[name], ...more };
    const error = await refused(server(name).open(request, { signal: signal() }));

    expect(error).toMatchObject({ code, retryable: false, service: name });
    expect(error.message).toContain(field);
    expect(mock[name].calls).toHaveLength(0);
  });
});
