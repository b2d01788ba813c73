/** AKOOL's lists of avatars, voices, languages and knowledge bases. */

import * as v from 'valibot';
import type { ServiceAvatar, ServiceKnowledgeBase, ServiceLanguage, ServiceVoice } from '../contract';
import { listOf, maybeFlag, maybeNumber, maybeText, present, text } from '../http/answers';
import { pageAnswer } from './page';

const OFFICIAL = 2;

export const avatarAnswer: v.GenericSchema<unknown, ServiceAvatar> = v.pipe(
  v.object({
    avatar_id: text,
    name: maybeText,
    voice_id: maybeText,
    gender: maybeText,
    url: maybeText,
    thumbnailUrl: maybeText,
    available: maybeFlag,
    from: maybeNumber,
  }),
  v.transform((avatar) =>
    present({
      id: avatar.avatar_id,
      name: avatar.name,
      voiceId: avatar.voice_id,
      gender: avatar.gender,
      previewUrl: avatar.url,
      thumbnailUrl: avatar.thumbnailUrl,
      available: avatar.available,
      own: avatar.from === undefined ? undefined : avatar.from !== OFFICIAL,
    }),
  ),
);

export const avatarsAnswer = pageAnswer(avatarAnswer);

/** `type` of the list of voices. */
export const VOICE_TYPES = { clone: 1, stock: 2 } as const;

export const voicesAnswer = (own: boolean) =>
  v.object({
    result: listOf(
      v.pipe(
        v.object({
          voice_id: text,
          name: maybeText,
          language: maybeText,
          locale: maybeText,
          gender: maybeText,
          preview: maybeText,
        }),
        v.transform(
          (voice): ServiceVoice =>
            present({
              id: voice.voice_id,
              name: voice.name,
              language: voice.locale ?? voice.language,
              gender: voice.gender,
              previewUrl: voice.preview,
              own,
            }),
        ),
      ),
    ),
  });

export const languagesAnswer = v.object({
  lang_list: listOf(
    v.pipe(
      v.object({ lang_code: text, lang_name: maybeText }),
      v.transform(
        ({ lang_code, lang_name }): ServiceLanguage => present({ code: lang_code, name: lang_name }),
      ),
    ),
  ),
});

export const knowledgeAnswer = v.object({
  knowledge_list: listOf(
    v.pipe(
      v.object({ _id: text, name: maybeText }),
      v.transform(({ _id, name }): ServiceKnowledgeBase => present({ id: _id, name })),
    ),
  ),
});
