import type { Fields } from '../call';

const FILES = 'https://files.mock.invalid';

export function heygenAvatar(avatar_id: string): Fields {
  return {
    avatar_id,
    pose_name: avatar_id.replaceAll('_', ' '),
    normal_preview: `${FILES}/${avatar_id}.png`,
    default_voice: 'mock-voice-1',
    is_public: true,
    status: 'ACTIVE',
    created_at: 1_767_225_600,
  };
}

export const HEYGEN_AVATARS: readonly Fields[] = [
  heygenAvatar('mock_ada_lite'),
  heygenAvatar('mock_tristan_lite'),
];

export const HEYGEN_VOICES: readonly Fields[] = [
  ['mock-voice-1', 'Ada', 'female'],
  ['mock-voice-2', 'Arthur', 'male'],
].map(([voice_id, name, gender]) => ({
  voice_id,
  name,
  gender,
  language: 'English',
  preview_audio: `${FILES}/${voice_id}.mp3`,
  support_pause: true,
  emotion_support: false,
}));
