import type { Accounts } from './accounts';
import type { DemoProvider } from './provider';

export interface ProviderText {
  readonly label: string;
  /** Said below the label: where it runs. */
  readonly note: string;
  /** Where the avatar is and what lies between. */
  readonly place: string;
  readonly idle: string;
  /** Only where something stands in for the vendor: what is real and what is not. */
  readonly emulated?: string;
}

const vendors = { agora: 'Agora', trtc: 'TRTC' } as const;

const local: Readonly<Record<Exclude<DemoProvider, keyof typeof vendors>, ProviderText>> = {
  webrtc: {
    label: 'Simulator',
    note: 'in this page',
    place: 'Simulator over a WebRTC loop-back',
    idle: 'A drawn avatar runs inside this page and answers over a real peer connection. No account, and nothing leaves this machine.',
  },
  livekit: {
    label: 'LiveKit',
    note: 'local server',
    place: 'LiveKit server on this machine',
    idle: 'The same avatar joins a room as a bot, on a real livekit-server beside this page. No account, and nothing leaves this machine.',
  },
};

export function providerText(provider: DemoProvider, accounts: Accounts): ProviderText {
  if (provider === 'webrtc' || provider === 'livekit') return local[provider];
  const label = vendors[provider];
  if (accounts.has(provider)) {
    return {
      label,
      note: 'your account',
      place: `${label} on your account`,
      idle: `The real adapter and ${label}’s own SDK, with the credentials this demo was started with. You talk with whoever is in that room, and ${label} counts the minutes.`,
    };
  }
  return {
    label,
    note: 'local emulation',
    place: `${label}, emulated in this page`,
    idle: `The same avatar under ${label}’s limits: what you say is paced as ${label} wants it.`,
    emulated: `The adapter is the real one; ${label}’s SDK is our double of it. No account, and nothing leaves this machine.`,
  };
}
