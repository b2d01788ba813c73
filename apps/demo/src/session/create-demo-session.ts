import { type AvatarSession, broker, createAvatarSession } from '@avatarwire/core';
import type { Choice, DemoProvider } from '../choice/choice';
import { standsInPage } from '../choice/choice-text';
import { type Opened, payingFor } from './paying-for';
import { agoraNetwork, emulatedAgora } from './providers/agora';
import { livekitNetwork } from './providers/livekit';
import type { ProviderSetup } from './providers/shared';
import { emulatedTrtc, trtcNetwork } from './providers/trtc';
import { webrtcInPage } from './providers/webrtc';

const networks = { agora: agoraNetwork, livekit: livekitNetwork, trtc: trtcNetwork };

const avatarsInPage: { readonly [P in DemoProvider]?: () => ProviderSetup } = {
  webrtc: webrtcInPage,
  agora: emulatedAgora,
  trtc: emulatedTrtc,
};

/** Nothing is downloaded before it connects, and then only what was chosen. */
export function createDemoSession(choice: Choice, opened: Opened): AvatarSession {
  const { service, provider } = choice;
  const paid = () => broker('/api/avatar', { request: { preset: service } });
  const inPage = standsInPage(choice) ? avatarsInPage[provider]?.() : undefined;
  if (inPage === undefined) {
    return createAvatarSession({
      transports: networks,
      prefer: [provider],
      source: payingFor(paid(), opened),
    });
  }
  const { transports, source } = inPage;
  return createAvatarSession({
    transports,
    source: service === 'none' ? source : payingFor(paid(), opened, source),
  });
}
