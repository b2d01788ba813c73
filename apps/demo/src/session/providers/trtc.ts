import type { AvatarTransport } from '@avatarwire/core';
import type { Company } from '../../choice/companies';
import { roomsIn, simulatedIn } from './emulation';
import type { Look, RoomsHere, Simulated } from './in-page';

/** TRTC's own cloud. At any other level the SDK writes the signature into the console when it cannot enter (5.17.1). */
export const trtcNetwork = (): Promise<AvatarTransport<'trtc'>> =>
  import('@avatarwire/trtc').then(({ trtc }) => trtc({ uploadLogs: false }));

async function cloud() {
  const [{ trtc }, { createTrtcCloud }] = await Promise.all([
    import('@avatarwire/trtc'),
    import('@avatarwire/simulator/trtc'),
  ]);
  const { sdk, credentials } = createTrtcCloud();
  return { transport: () => trtc({ sdk }), credentials };
}

export function simulatedTrtc(look: Look): Simulated {
  const { transport, source } = simulatedIn('trtc', look, cloud);
  return { transports: { trtc: transport }, source };
}

export function trtcRoomsHere(company: Company, look: Look): RoomsHere {
  const { transport, maker } = roomsIn('trtc', company, look, cloud);
  return { transports: { trtc: transport }, makers: async () => ({ trtc: await maker() }) };
}
