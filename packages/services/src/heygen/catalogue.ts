/** HeyGen's lists of sessions, streaming avatars and voices. */

import * as v from 'valibot';
import type { ServiceAvatar, ServiceSessionInfo, ServiceVoice } from '../contract';
import { epochMs, listOf, maybeFlag, maybeNumber, maybeText, present, text } from '../http/answers';

const session: v.GenericSchema<unknown, ServiceSessionInfo> = v.pipe(
  v.object({ session_id: text, status: maybeText, created_at: maybeNumber, avatar_id: maybeText }),
  v.transform(({ session_id, status, created_at, avatar_id }) =>
    present({
      id: session_id,
      state: stateOf(status),
      provider: 'webrtc',
      avatarId: avatar_id,
      createdAt: epochMs(created_at),
    }),
  ),
);

function stateOf(status: string | undefined): ServiceSessionInfo['state'] {
  if (status === 'new' || status === 'connecting') return 'queued';
  return status === 'connected' ? 'running' : 'unknown';
}

/** An array, or an object that holds it under one of `names`: what is documented and what was seen disagree. */
const under = <T>(names: readonly string[], item: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.unknown(),
    v.transform((data) =>
      Array.isArray(data) || typeof data !== 'object' || data === null
        ? data
        : names.map((name): unknown => Reflect.get(data, name)).find((value) => value !== undefined),
    ),
    listOf(item),
  );

export const sessionsAnswer = under(['sessions', 'data'], session);

export const avatarsAnswer = under(
  ['avatars', 'data'],
  v.pipe(
    v.object({
      avatar_id: text,
      pose_name: maybeText,
      avatar_name: maybeText,
      default_voice: maybeText,
      normal_preview: maybeText,
      is_public: maybeFlag,
    }),
    v.transform(
      (avatar): ServiceAvatar =>
        present({
          id: avatar.avatar_id,
          name: avatar.pose_name ?? avatar.avatar_name,
          voiceId: avatar.default_voice,
          previewUrl: avatar.normal_preview,
          own: avatar.is_public === undefined ? undefined : !avatar.is_public,
        }),
    ),
  ),
);

export const voicesAnswer = under(
  ['voices', 'list', 'data'],
  v.pipe(
    v.object({
      voice_id: text,
      name: maybeText,
      language: maybeText,
      gender: maybeText,
      preview_audio: maybeText,
    }),
    v.transform(
      (voice): ServiceVoice =>
        present({
          id: voice.voice_id,
          name: voice.name,
          language: voice.language,
          gender: voice.gender,
          previewUrl: voice.preview_audio,
        }),
    ),
  ),
);
