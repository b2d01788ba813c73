import type { AvatarTransport } from '@avatarwire/core';
import { emulate } from './emulation';
import type { ProviderSetup } from './shared';

/** Agora's own cloud. */
export const agoraNetwork = (): Promise<AvatarTransport<'agora'>> =>
  import('@avatarwire/agora').then(({ agora }) => agora({ logLevel: 'warning' }));

/** An emulation of it, with the avatar in this page. */
export function emulatedAgora(): ProviderSetup {
  const { transport, source } = emulate('agora', async () => {
    const [{ agora }, { createAgoraCloud }] = await Promise.all([
      import('@avatarwire/agora'),
      import('@avatarwire/simulator/agora'),
    ]);
    const { sdk, credentials } = createAgoraCloud();
    return { transport: () => agora({ sdk }), credentials: (room, who) => credentials(room, who) };
  });
  return { transports: { agora: transport }, source };
}
