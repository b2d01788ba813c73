import type { Fields } from '../call';

export interface AkoolAvatar extends Fields {
  readonly avatar_id: string;
  readonly available: boolean;
}

const FILES = 'https://files.mock.invalid';

export function akoolAvatar(id: string, more: Fields = {}): AkoolAvatar {
  return {
    name: id.replaceAll('_', ' '),
    type: 2,
    from: 2,
    gender: 'male',
    url: `${FILES}/${id}.mp4`,
    avatar_id: id,
    voice_id: 'mock-voice-2',
    thumbnailUrl: `${FILES}/${id}.png`,
    ...more,
    available: more['available'] !== false,
  };
}

/** The first is the one that the documents show. */
export const AKOOL_AVATARS: readonly AkoolAvatar[] = [
  akoolAvatar('dvp_Tristan_cloth2_1080P'),
  akoolAvatar('mock_Ada_1080P', { gender: 'female', voice_id: 'mock-voice-3' }),
  // Somebody else talks with it: sessions with it are refused with 1215.
  akoolAvatar('mock_Busy_1080P', { available: false }),
];

export const AKOOL_LANGUAGES: readonly Fields[] = [
  ['en', 'English'],
  ['de', 'German'],
  ['es', 'Spanish'],
  ['zh', 'Chinese'],
].map(([lang_code, lang_name]) => ({ lang_code, lang_name, url: `${FILES}/flags/${lang_code}.png` }));

const CLONED = 1;
const STOCK = 2;

/** `kind` is what the query's `type` chooses by; it is not part of an answer. */
export const AKOOL_VOICES: readonly { readonly kind: number; readonly voice: Fields }[] = [
  {
    kind: CLONED,
    voice: {
      ...akoolVoice('mock-voice-1', 'Cloned', 'female', true),
      uid: 1_001,
      create_time: 1_767_225_600_000,
      duration: 12,
      status: 3,
    },
  },
  { kind: STOCK, voice: akoolVoice('mock-voice-2', 'Arthur', 'male', true) },
  { kind: STOCK, voice: akoolVoice('mock-voice-3', 'Ada', 'female', true) },
  { kind: STOCK, voice: akoolVoice('mock-voice-4', 'Slow', 'male', false) },
];

function akoolVoice(id: string, name: string, gender: string, support_stream: boolean): Fields {
  return {
    _id: `65a0000000000000000000${id.slice(-1).padStart(2, '0')}`,
    voice_id: id,
    support_stream,
    style: ['calm'],
    scenario: ['conversation'],
    age: ['middle-aged'],
    gender,
    name,
    preview: `${FILES}/${id}.mp3`,
    text: 'A sentence to listen to.',
    locale: 'en-US',
    language: 'English',
    voice_model_name: 'mock',
  };
}

export const AKOOL_KNOWLEDGE: readonly { readonly _id: string; readonly name: string }[] = [
  { _id: '65b000000000000000000001', name: 'Opening hours' },
  { _id: '65b000000000000000000002', name: 'Returns' },
];
