import type { DemoProvider, Pacing } from './choice';

interface ProviderText {
  readonly label: string;
  readonly note: string;
  /** Where the avatar is and what lies between. */
  readonly place: string;
  readonly idle: string;
}

export const providerTexts: Readonly<Record<DemoProvider, ProviderText>> = {
  webrtc: {
    label: 'Simulator',
    note: 'WebRTC loop-back',
    place: 'Simulator over a WebRTC loop-back',
    idle: 'A drawn avatar runs inside this page and answers over a real peer connection. No account, and nothing leaves this machine.',
  },
  livekit: {
    label: 'LiveKit',
    note: 'server on this machine',
    place: 'LiveKit server on this machine',
    idle: 'The same avatar joins a room as a bot, on a real livekit-server beside this page. No account, and nothing leaves this machine.',
  },
};

export const pacingTexts: Readonly<Record<Pacing, string>> = {
  network: 'The network’s own',
  agora: 'As Agora’s data path',
  trtc: 'As TRTC’s data path',
};
