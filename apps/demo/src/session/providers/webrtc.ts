import { figure, once, type ProviderSetup } from './shared';

/** The avatar in this page, over a real loop-back. As the documents have it, it acknowledges no actions. */
export function webrtcInPage(): ProviderSetup {
  const simulator = once(async () => {
    const { simulatedWebRtcAvatar } = await import('@avatarwire/simulator/webrtc');
    return simulatedWebRtcAvatar(figure);
  });
  return {
    transports: { webrtc: async () => (await simulator()).transport() },
    source: {
      open: async (wanted, options) => (await simulator()).source.open(wanted, options),
      close: async (details, options) => (await simulator()).source.close?.(details, options),
    },
  };
}
