import type { AvatarTransport, ProviderCredentials, SessionSource } from '@avatarwire/core';
import { figure, once } from './shared';

type Emulated = 'agora' | 'trtc';

interface Parts<P extends Emulated> {
  /** The real adapter over the double of the vendor's SDK. */
  readonly transport: () => AvatarTransport<P>;
  readonly credentials: (room: string, who: string) => ProviderCredentials[P];
}

interface Emulation<P extends Emulated> {
  readonly transport: () => Promise<AvatarTransport<P>>;
  readonly source: SessionSource;
}

/** The avatar in this page, on an emulation of the vendor's cloud. The vendor's own SDK is never loaded. */
export function emulate<P extends Emulated>(provider: P, load: () => Promise<Parts<P>>): Emulation<P> {
  const service = once(async () => {
    const [parts, { simulateService }] = await Promise.all([
      load(),
      import('@avatarwire/simulator/transport'),
    ]);
    return simulateService<P>({ ...figure, ...parts, provider });
  });
  return {
    transport: async () => (await service()).transport(),
    source: {
      open: async (wanted, options) => (await service()).source.open(wanted, options),
      close: async (details, options) => (await service()).source.close?.(details, options),
    },
  };
}
