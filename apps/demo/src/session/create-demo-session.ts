import { type AvatarSession, broker, createAvatarSession, type SessionSource } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import type { Choice, DemoProvider } from '../choice/choice';
import { standsInPage } from '../choice/choice-text';
import { type Company, companyOf } from '../choice/companies';
import { agoraNetwork, agoraRoomsHere, simulatedAgora } from './providers/agora';
import type { Look, RoomsHere, Simulated } from './providers/in-page';
import { livekitNetwork } from './providers/livekit';
import { simulatedTrtc, trtcNetwork, trtcRoomsHere } from './providers/trtc';
import { simulatedWebrtc, webrtcNetwork, webrtcRoomsHere } from './providers/webrtc';
import { roomsForMock } from './rooms-for-mock';
import { serviceHalves } from './service-halves';

const networks = { agora: agoraNetwork, livekit: livekitNetwork, trtc: trtcNetwork, webrtc: webrtcNetwork };

const simulators: Readonly<Record<DemoProvider, ((look: Look) => Simulated) | undefined>> = {
  webrtc: simulatedWebrtc,
  agora: simulatedAgora,
  trtc: simulatedTrtc,
  livekit: undefined,
};

const roomsHere: Readonly<Record<DemoProvider, ((company: Company, look: Look) => RoomsHere) | undefined>> = {
  webrtc: webrtcRoomsHere,
  agora: agoraRoomsHere,
  trtc: trtcRoomsHere,
  livekit: undefined,
};

/** Long enough to think, short enough that a forgotten page costs little. */
const IDLE_MS = 3 * 60_000;

export interface DemoSessionOptions extends Look {
  /** Where the mock services take rooms of pages; none where there are no mocks. */
  readonly pagesUrl: string | undefined;
  /** Told the broker's id of each paid session. */
  readonly onPaid: (sessionId: string) => void;
}

/** Nothing is downloaded before it connects, and then only what was chosen. */
export function createDemoSession(choice: Choice, options: DemoSessionOptions): AvatarSession {
  const { pagesUrl, onPaid } = options;
  const { service, provider } = choice;
  if (service === 'none') {
    const simulated = simulators[provider]?.(options);
    if (simulated !== undefined) return createAvatarSession({ ...simulated, ...always() });
  }
  const paid = toldOf(broker('/api/avatar', { request: { preset: service } }), onPaid);
  const company = companyOf(service);
  const rooms = company && standsInPage(choice) ? roomsHere[provider]?.(company, options) : undefined;
  return createAvatarSession({
    ...always(),
    transports: rooms?.transports ?? networks,
    prefer: [provider],
    services: serviceHalves,
    source: rooms && pagesUrl !== undefined ? roomsForMock(paid, pagesUrl, rooms.makers) : paid,
  });
}

const always = () => ({ media: localMedia(), timeouts: { idleMs: IDLE_MS } });

function toldOf(paid: SessionSource, onPaid: DemoSessionOptions['onPaid']): SessionSource {
  return {
    ...paid,
    async open(wanted, options) {
      const details = await paid.open(wanted, options);
      if (details.sessionId !== undefined) onPaid(details.sessionId);
      return details;
    },
  };
}
