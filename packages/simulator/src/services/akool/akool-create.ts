import { type Fields, isFields, isText, isWhole } from '../call';
import { refusal } from './akool-answers';
import { AKOOL_KNOWLEDGE, type AkoolAvatar } from './akool-catalogue';

export interface AkoolOrder {
  readonly avatar: AkoolAvatar;
  readonly provider: 'agora' | 'livekit' | 'trtc';
  readonly durationSeconds: number;
  readonly ownRoom: Fields | undefined;
}

/** [docs] */
const LONGEST_SECONDS = 3_600;
/** No document says; the longer of the two samples. */
const DEFAULT_SECONDS = 600;

const OWN_ROOM = {
  agora: ['agora_app_id', 'agora_channel', 'agora_token', 'agora_uid'],
  livekit: ['livekit_url', 'livekit_token'],
  trtc: undefined,
} as const;

/**
 * What a create request orders. Fields that no document names are left aside.
 *
 * @throws ServiceRefusal 1003 for a field that is missing or wrong, 1008 for an avatar or knowledge base that is not
 * there
 */
export function readOrder(body: Fields, avatarOf: (id: string) => AkoolAvatar | undefined): AkoolOrder {
  const { avatar_id, duration = DEFAULT_SECONDS, stream_type = 'agora', credentials } = body;
  if (!isText(avatar_id)) throw refusal(1_003);
  if (typeof duration !== 'number' || !(duration > 0 && duration <= LONGEST_SECONDS)) throw refusal(1_003);
  if (stream_type !== 'agora' && stream_type !== 'livekit' && stream_type !== 'trtc') throw refusal(1_003);
  for (const name of [
    'knowledge_id',
    'voice_id',
    'voice_url',
    'language',
    'background_url',
    'webhookUrl',
    'scene_mode',
  ])
    if (body[name] !== undefined && typeof body[name] !== 'string') throw refusal(1_003);
  // 3 is admitted by the vendor's form; its meaning is in no document.
  if (body['mode_type'] !== undefined && !isWhole(body['mode_type'], 1, 3)) throw refusal(1_003);
  if (body['voice_params'] !== undefined && !isFields(body['voice_params'])) throw refusal(1_003);
  const knowledge = body['knowledge_id'];
  if (isText(knowledge) && !AKOOL_KNOWLEDGE.some(({ _id }) => _id === knowledge)) throw refusal(1_008);
  const avatar = avatarOf(avatar_id);
  if (!avatar) throw refusal(1_008);
  return {
    avatar,
    provider: stream_type,
    durationSeconds: duration,
    ownRoom: credentials === undefined ? undefined : ownRoom(stream_type, credentials),
  };
}

function ownRoom(provider: AkoolOrder['provider'], credentials: unknown): Fields {
  const needed = OWN_ROOM[provider];
  if (!isFields(credentials) || needed === undefined) throw refusal(1_003);
  for (const name of needed) {
    const value = credentials[name];
    if (name === 'agora_uid' ? !isWhole(value, 0, 2 ** 32 - 1) : !isText(value)) throw refusal(1_003);
  }
  return credentials;
}
