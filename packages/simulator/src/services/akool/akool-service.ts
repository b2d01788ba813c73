/** AKOOL v4 over HTTP, as `reference` documents it; where that is silent, the stricter reading. */

import type { Route, ServiceRoutes } from '../call';
import type { ServiceParts } from '../service-parts';
import { createSessions, type Sessions } from '../sessions';
import { settingsOf } from '../settings';
import { type AkoolKeys, createAkoolAccess } from './akool-access';
import { pageOf, refusal, refuse, success, wholeOf } from './akool-answers';
import {
  AKOOL_AVATARS,
  AKOOL_KNOWLEDGE,
  AKOOL_LANGUAGES,
  AKOOL_VOICES,
  type AkoolAvatar,
  akoolAvatar,
} from './akool-catalogue';
import { akoolSessionRoutes } from './akool-sessions';
import { AKOOL_DEFAULTS, type AkoolSettings } from './akool-settings';
import { createAkoolUploads } from './akool-uploads';

export interface AkoolControls {
  /** What the documents leave open, changed while it runs. */
  readonly settings: AkoolSettings;
  /** Every token that `getToken` gave is refused with 1101 from now on. */
  expireTokens(): void;
  /** An upload comes to nothing: status 4. */
  failUpload(avatarId: string): void;
}

export interface AkoolService extends ServiceRoutes {
  readonly sessions: Sessions;
  readonly controls: AkoolControls;
}

export interface AkoolOptions extends Partial<AkoolSettings> {
  /** Ids of further avatars that can be talked with. */
  readonly avatars?: readonly string[];
}

export function createAkool(parts: ServiceParts, keys: AkoolKeys, options: AkoolOptions = {}): AkoolService {
  const { clock, random, onRoomFault } = parts;
  const { avatars: more = [], ...chosen } = options;
  const settings = settingsOf('akool', AKOOL_DEFAULTS, chosen);
  const sessions = createSessions({ ...parts, service: 'akool', charge: 'up-front' });
  const access = createAkoolAccess(keys, clock, random, () => settings.tokenAt);
  const official = [...AKOOL_AVATARS, ...more.map((id) => akoolAvatar(id))];
  const officialOf = (id: string) => official.find(({ avatar_id }) => avatar_id === id);
  const uploads = createAkoolUploads(clock, random, settings, (id) => officialOf(id) !== undefined);
  const avatarOf = (id: string): AkoolAvatar | undefined => officialOf(id) ?? uploads.find(id);

  const voices: Route['handle'] = ({ query }) => {
    const type = wholeOf(query, 'type', 1, 2);
    const streamed = query.get('support_stream') === '1';
    const result = AKOOL_VOICES.filter(({ kind }) => type === undefined || kind === type)
      .map(({ voice }) => voice)
      .filter((voice) => !streamed || voice['support_stream'] === true);
    return success({ result });
  };

  const guarded: readonly Route[] = [
    ...akoolSessionRoutes({
      sessions,
      clock,
      random,
      settings,
      onRoomFault,
      avatarOf,
      checkAvatar({ avatar_id, available }) {
        const status = uploads.statusOf(avatar_id);
        if (status === 1 || status === 2) throw refusal(1_214);
        if (status === 4) throw refusal(1_220);
        if (!available) throw refusal(1_215);
      },
    }),
    ...uploads.routes,
    {
      name: 'avatar.list',
      method: 'GET',
      path: '/api/open/v4/liveAvatar/avatar/list',
      handle: (call) => success({ result: pageOf(call, [...official, ...uploads.done]) }),
    },
    {
      name: 'avatar.detail',
      method: 'GET',
      path: '/api/open/v4/liveAvatar/avatar/detail',
      handle({ query }) {
        const id = query.get('avatar_id');
        if (!id) throw refusal(1_003);
        const avatar = avatarOf(id);
        if (!avatar) throw refusal(1_008);
        return success(avatar);
      },
    },
    {
      name: 'language.list',
      method: 'GET',
      path: '/api/open/v3/language/list',
      handle: () => success({ lang_list: AKOOL_LANGUAGES }),
    },
    { name: 'voice.list', method: 'GET', path: '/api/open/v4/voice/list', handle: voices },
    {
      name: 'voice.list-older',
      method: 'GET',
      path: '/api/open/v3/voice/list',
      handle: () => success(AKOOL_VOICES.map(({ voice }) => voice)),
    },
    {
      name: 'knowledge.list',
      method: 'GET',
      path: '/api/open/v4/knowledge/list',
      handle: () => success({ knowledge_list: AKOOL_KNOWLEDGE }),
    },
  ];

  return {
    name: 'akool',
    routes: [
      ...access.routes,
      ...guarded.map((route) => ({
        ...route,
        handle(call: Parameters<Route['handle']>[0]) {
          access.check(call);
          return route.handle(call);
        },
      })),
    ],
    refuse,
    sessions,
    controls: {
      settings,
      expireTokens: () => access.expireTokens(),
      failUpload: (avatarId) => uploads.fail(avatarId),
    },
  };
}
