import { serverSource } from '../server-source';
import type { ProviderSetup } from './shared';

/** The avatar as a bot in a room of the livekit-server beside this page. */
export const livekitSetup = (): ProviderSetup => ({
  transports: { livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()) },
  source: serverSource(),
});
