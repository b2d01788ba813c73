import type { AvatarServiceServer, CallOptions } from '../contract';
import { orUndefined } from '../http/or-undefined';
import { checkId } from '../sessions/ref';
import {
  avatarAnswer,
  avatarsAnswer,
  knowledgeAnswer,
  languagesAnswer,
  VOICE_TYPES,
  voicesAnswer,
} from './catalogue';
import { isNone } from './codes';
import { everyPage, PAGE_SIZE } from './page';
import type { AkoolLine } from './send';

type Lists = Required<
  Pick<AvatarServiceServer, 'avatars' | 'avatar' | 'voices' | 'languages' | 'knowledgeBases'>
>;

export function createLists(service: string, send: AkoolLine): Lists {
  const read = (options: CallOptions | undefined) =>
    ({ method: 'GET', repeat: 'safe', signal: options?.signal }) as const;

  return {
    avatars: (options) =>
      everyPage((page) =>
        send({
          ...read(options),
          what: 'list avatars',
          path: '/api/open/v4/liveAvatar/avatar/list',
          query: { page, size: PAGE_SIZE },
          answer: avatarsAnswer,
        }),
      ),
    async avatar(id, options) {
      const avatar_id = checkId(service, 'id', id);
      const path = '/api/open/v4/liveAvatar/avatar/detail';
      const asked = send({
        ...read(options),
        what: 'avatar detail',
        path,
        query: { avatar_id },
        answer: avatarAnswer,
      });
      return orUndefined(asked, isNone);
    },
    async voices(options) {
      const both = [VOICE_TYPES.clone, VOICE_TYPES.stock].map((type) =>
        send({
          ...read(options),
          what: 'list voices',
          path: '/api/open/v4/voice/list',
          query: { support_stream: 1, type },
          answer: voicesAnswer(type === VOICE_TYPES.clone),
        }),
      );
      return (await Promise.all(both)).flatMap(({ result }) => result);
    },
    async languages(options) {
      const path = '/api/open/v3/language/list';
      const { lang_list } = await send({
        ...read(options),
        what: 'list languages',
        path,
        answer: languagesAnswer,
      });
      return lang_list;
    },
    async knowledgeBases(options) {
      const path = '/api/open/v4/knowledge/list';
      const { knowledge_list } = await send({
        ...read(options),
        what: 'list knowledge bases',
        path,
        answer: knowledgeAnswer,
      });
      return knowledge_list;
    },
  };
}
