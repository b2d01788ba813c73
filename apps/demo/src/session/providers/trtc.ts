import type { AvatarTransport } from '@avatarwire/core';
import { emulate } from './emulation';
import type { ProviderSetup } from './shared';

/** TRTC's own cloud. At any other level the SDK writes the signature into the console when it cannot enter (5.17.1). */
export const trtcNetwork = (): Promise<AvatarTransport<'trtc'>> =>
  import('@avatarwire/trtc').then(({ trtc }) => trtc({ uploadLogs: false }));

/** An emulation of it, with the avatar in this page. */
export function emulatedTrtc(): ProviderSetup {
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
