import { serverSource } from '../server-source';
import { emulate } from './emulation';
import type { ProviderSetup } from './shared';

/** TRTC's own cloud with an account; without one, an emulation in this page. */
export function trtcSetup(onAccount: boolean): ProviderSetup {
  if (onAccount) {
    return {
      transports: {
        // At any other level the SDK writes the signature into the console when it cannot enter (5.17.1).
        trtc: () => import('@avatarwire/trtc').then(({ trtc }) => trtc({ uploadLogs: false })),
      },
      source: serverSource(),
    };
  }
  const { transport, source } = emulate('trtc', async () => {
    const [{ trtc }, { createTrtcCloud }] = await Promise.all([
      import('@avatarwire/trtc'),
      import('@avatarwire/simulator/trtc'),
    ]);
    const { sdk, credentials } = createTrtcCloud();
    return { transport: () => trtc({ sdk }), credentials: (room, who) => credentials(room, who) };
  });
  return { transports: { trtc: transport }, source };
}
