/** Runs in the page: the real Agora adapter over a double of the SDK, with an avatar in the page's own memory. */

import { agora } from '@avatarwire/agora';
import type { AvatarSessionOptions, ConnectionDetails } from '@avatarwire/core';
import { createAgoraCloud } from '@avatarwire/simulator/agora';
import { simulateService } from '@avatarwire/simulator/transport';

declare global {
  /** Adapters over it, and a session on it. */
  var agoraDouble: {
    readonly transports: AvatarSessionOptions['transports'];
    open(): Promise<ConnectionDetails>;
  };
}

const cloud = createAgoraCloud();
const { transport, source } = simulateService({
  provider: 'agora',
  transport: () => agora({ sdk: cloud.sdk }),
  credentials: (room, who) => cloud.credentials(room, who),
  width: 64,
  height: 64,
  avatar: { reply: (text) => `Agora heard: ${text}` },
});

globalThis.agoraDouble = {
  transports: { agora: transport },
  open: () => source.open({ provider: 'agora' }, { signal: new AbortController().signal }),
};
