import { serverSource } from '../server-source';
import { emulate } from './emulation';
import type { ProviderSetup } from './shared';

/** Agora's own cloud with an account; without one, an emulation in this page. */
export function agoraSetup(onAccount: boolean): ProviderSetup {
  if (onAccount) {
    return {
      transports: {
        agora: () => import('@avatarwire/agora').then(({ agora }) => agora({ logLevel: 'warning' })),
      },
      source: serverSource(),
    };
  }
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
