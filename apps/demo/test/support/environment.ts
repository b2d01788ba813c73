/** What an environment may say, and a machine without a livekit-server. */

import { createLivekitHost } from '../../server/livekit-host';

export const keys = { apiKey: 'a-real-api-key', clientId: 'a-client-id', clientSecret: 'a-client-secret' };

export const agoraAccount = {
  AVATARWIRE_AGORA_APP_ID: 'an app id',
  AVATARWIRE_AGORA_CHANNEL: 'channel',
  AVATARWIRE_AGORA_TOKEN: 'a token',
  AVATARWIRE_AGORA_UID: '1001',
};

export const trtcAccount = {
  AVATARWIRE_TRTC_SDK_APP_ID: '1400000000',
  AVATARWIRE_TRTC_ROOM: '42',
  AVATARWIRE_TRTC_ROOM_KIND: 'string',
  AVATARWIRE_TRTC_USER_ID: 'visitor',
  AVATARWIRE_TRTC_USER_SIG: 'a signature',
  AVATARWIRE_TRTC_AVATAR_ID: 'avatar',
};

export const noServer = createLivekitHost({ find: () => undefined });
