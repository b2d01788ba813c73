import type { AvatarTransport } from '@avatarwire/core';
import type { Company } from '../../choice/companies';
import { roomsIn, simulatedIn } from './emulation';
import type { Look, RoomsHere, Simulated } from './in-page';

/** Agora's own cloud. */
export const agoraNetwork = (): Promise<AvatarTransport<'agora'>> =>
  import('@avatarwire/agora').then(({ agora }) => agora({ logLevel: 'warning' }));

async function cloud() {
  const [{ agora }, { createAgoraCloud }] = await Promise.all([
    import('@avatarwire/agora'),
    import('@avatarwire/simulator/agora'),
  ]);
  const { sdk, credentials } = createAgoraCloud();
  return { transport: () => agora({ sdk }), credentials };
}

export function simulatedAgora(look: Look): Simulated {
  const { transport, source } = simulatedIn('agora', look, cloud);
  return { transports: { agora: transport }, source };
}

export function agoraRoomsHere(company: Company, look: Look): RoomsHere {
  const { transport, maker } = roomsIn('agora', company, look, cloud);
  return { transports: { agora: transport }, makers: async () => ({ agora: await maker() }) };
}
