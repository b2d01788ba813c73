import type { AvatarTransport, ProviderCredentials, SessionSource } from '@avatarwire/core';
import type { RoomMaker } from '@avatarwire/simulator/page-rooms';
import type { Company } from '../../choice/companies';
import { EXPIRES_IN_MS, figureFor, figureOf, type Look, loaded, once } from './in-page';

/** A vendor's cloud emulated in this page: the adapter is the real one, and the vendor's own SDK is never loaded. */
interface Cloud<P extends Emulated> {
  /** Over the double of the vendor's SDK. */
  readonly transport: () => AvatarTransport<P>;
  readonly credentials: (room: string, who?: Names[P]) => ProviderCredentials[P];
}

type Emulated = keyof Names;

/** How a network names who is in a room. */
interface Names {
  agora: number;
  trtc: string;
}

interface Visit<P extends Emulated> {
  readonly transport: () => Promise<AvatarTransport<P>>;
}

/** With an avatar that comes by itself. */
export function simulatedIn<P extends Emulated>(
  provider: P,
  look: Look,
  load: () => Promise<Cloud<P>>,
): Visit<P> & { readonly source: SessionSource } {
  const service = once(async () => {
    const [cloud, { simulateService }] = await Promise.all([
      load(),
      import('@avatarwire/simulator/transport'),
    ]);
    const credentials = (room: string) => cloud.credentials(room);
    return simulateService<P>({
      ...figureFor(look),
      provider,
      transport: cloud.transport,
      credentials,
      expiresInMs: EXPIRES_IN_MS,
    });
  });
  return {
    transport: async () => (await service()).transport(),
    source: loaded(async () => (await service()).source),
  };
}

/** With a maker of rooms, and of an avatar in each. */
export function roomsIn<P extends Emulated>(
  provider: P,
  company: Company,
  look: Look,
  load: () => Promise<Cloud<P>>,
): Visit<P> & { readonly maker: () => Promise<RoomMaker> } {
  const cloud = once(load);
  return {
    transport: async () => (await cloud()).transport(),
    async maker() {
      const [parts, { transportRoom }] = await Promise.all([
        cloud(),
        import('@avatarwire/simulator/page-rooms'),
      ]);
      return transportRoom<P>({ ...parts, ...(await figureOf(company, look)), provider });
    },
  };
}
