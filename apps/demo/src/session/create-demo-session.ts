import {
  type AvatarSession,
  type AvatarSessionOptions,
  createAvatarSession,
  type RatePolicy,
  ratePolicies,
} from '@avatarwire/core';
import type { SimulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';
import type { Choice, DemoProvider } from '../choice/choice';
import { livekitSource } from './livekit-source';

/** How long a session of the simulator may last: as the services do, it ends by itself. */
const SESSION_MS = 15 * 60_000;

/** Between two pieces of an answer: about as fast as a model writes. */
const FRAME_MS = 120;

/** Makes the session for a choice. Nothing is downloaded before it connects, and then only what was chosen. */
export function createDemoSession(choice: Choice): AvatarSession {
  const policy = policyFor(choice);
  return createAvatarSession({ ...providers[choice.provider](), ...(policy !== undefined && { policy }) });
}

const providers: Readonly<Record<DemoProvider, () => Pick<AvatarSessionOptions, 'transports' | 'source'>>> = {
  webrtc() {
    let loaded: Promise<SimulatedWebRtcAvatar> | undefined;
    const simulator = () =>
      (loaded ??= import('@avatarwire/simulator/webrtc').then(({ simulatedWebRtcAvatar }) =>
        simulatedWebRtcAvatar({
          width: 720,
          height: 720,
          expiresInMs: SESSION_MS,
          // As the documents have it, it acknowledges no actions; the bot on LiveKit does, so that both are seen.
          avatar: { behaviour: { sendsSpeechSigns: true }, timings: { frameMs: FRAME_MS } },
        }),
      ));
    return {
      transports: { webrtc: async () => (await simulator()).transport() },
      source: {
        open: async (wanted, options) => (await simulator()).source.open(wanted, options),
        close: async (details, options) => (await simulator()).source.close?.(details, options),
      },
    };
  },
  livekit: () => ({
    transports: { livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()) },
    source: livekitSource(),
  }),
};

/** Another network's rates, within what the chosen one can carry. */
export function policyFor({ provider, pacing }: Choice): RatePolicy | undefined {
  if (pacing === 'network') return undefined;
  const own = ratePolicies[provider];
  const wanted = ratePolicies[pacing];
  return { ...wanted, maxPacketBytes: Math.min(own.maxPacketBytes, wanted.maxPacketBytes) };
}
