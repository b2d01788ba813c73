import type { Fields } from '../call';
import type { MockRoom, RoomProvider } from '../rooms';

/** `docs`: `trtc_sdk_app_id` and so on; `demo`: `trtc_app_id`. The documents disagree. */
export type TrtcSpelling = 'docs' | 'demo';

/** A room's credentials as AKOOL spells them. Undefined when the room is not of that provider. */
export function akoolCredentials(
  provider: RoomProvider,
  { credentials, avatarId, visitorId, roomName }: MockRoom,
  spelling: TrtcSpelling,
): Fields | undefined {
  if (provider === 'agora' && 'appId' in credentials) {
    const { appId, channel, token, uid } = credentials;
    return { agora_app_id: appId, agora_channel: channel, agora_token: token, agora_uid: uid };
  }
  if (provider === 'livekit' && 'url' in credentials)
    return {
      livekit_url: credentials.url,
      livekit_token: credentials.token,
      ...(roomName !== undefined && { livekit_room_name: roomName }),
      ...(visitorId !== undefined && { livekit_client_identity: visitorId }),
      ...(avatarId !== undefined && { livekit_server_identity: avatarId }),
    };
  if (provider === 'trtc' && 'sdkAppId' in credentials) {
    const { sdkAppId, room, userId, userSig } = credentials;
    const prefix = spelling === 'docs' ? 'trtc_sdk' : 'trtc';
    return {
      [`${prefix}_app_id`]: sdkAppId,
      [`${prefix}_room_id`]: room,
      [`${prefix}_user_id`]: userId,
      [`${prefix}_user_sig`]: userSig,
    };
  }
  return undefined;
}

/** What `detail` and `list` show: documented without `agora_token`; here without every secret. */
export function withoutSecrets(credentials: Fields): Fields {
  return Object.fromEntries(
    Object.entries(credentials).filter(([name]) => !/_(?:token|user_sig)$/.test(name)),
  );
}
