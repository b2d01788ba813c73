/** What the page says of each choice: what is real in it, and what something stands in for. */

import type { Choice, DemoProvider, DemoService } from './choice';
import { companies, companyOf, factsOf, isMock } from './companies';

export interface Label {
  readonly label: string;
  /** Said below the label. */
  readonly note: string;
}

/** What is not the real thing, in a few words and in full. */
export interface StandIn {
  readonly title: string;
  readonly meaning: string;
}

export interface ChoiceText {
  /** Where the avatar is and what lies between. */
  readonly place: string;
  readonly idle: string;
  /** The avatar is ours, and drawn. */
  readonly simulated: boolean;
  /** Only where something stands in for a service or for a vendor's network. */
  readonly standIn?: StandIn;
}

export function serviceLabel(service: DemoService): Label {
  switch (service) {
    case 'own-room':
      return { label: 'Your room', note: 'opened elsewhere' };
    case 'none':
      return { label: 'No service', note: 'simulator' };
    default:
      return { label: factsOf(service).name, note: isMock(service) ? 'mock' : 'your account' };
  }
}

export const networkNames: Readonly<Record<DemoProvider, string>> = {
  webrtc: 'WebRTC',
  livekit: 'LiveKit',
  agora: 'Agora',
  trtc: 'TRTC',
};

const standInNotes: Readonly<Record<DemoProvider, string>> = {
  webrtc: 'in this page',
  livekit: 'local server',
  agora: 'local emulation',
  trtc: 'local emulation',
};

export function providerLabel({ service, provider }: Choice): Label {
  const label = networkNames[provider];
  if (service === 'own-room') return { label, note: 'your account' };
  return { label, note: isMock(service) || service === 'none' ? standInNotes[provider] : 'real network' };
}

/** Whether the avatar is drawn in the page, and the network with it. */
export function standsInPage({ service, provider }: Choice): boolean {
  return service === 'none' || (isMock(service) && provider !== 'livekit');
}

export function choiceText(choice: Choice): ChoiceText {
  const { service, provider } = choice;
  const network = networkNames[provider];
  if (service === 'own-room') {
    return {
      simulated: false,
      place: `${network} on your account`,
      idle: `The real adapter and ${network}’s own SDK, with the credentials this demo was started with. You talk with whoever is in that room, and ${network} counts the minutes.`,
    };
  }
  if (service === 'none') return simulated(choice);
  const { name } = factsOf(service);
  if (!isMock(service)) {
    return {
      simulated: false,
      place: `${name} on your account, over ${network}`,
      idle: `Connecting opens a session at ${name} with the key this demo was started with, and your account pays for it until it is closed. ${network} is the real network.`,
    };
  }
  return {
    simulated: true,
    place: `Mock ${name}, ${places[provider]}`,
    idle: 'Connecting opens a paid session, through the broker that keeps the key; leaving closes it, however you leave. The line below is the bill.',
    standIn: {
      title: emulated(choice) ? 'Mock and emulation' : 'Mock service',
      meaning: `The broker is the real one; ${name} is our mock of its API, and its seconds cost nothing. ${betweenText(choice)} No account, and nothing leaves this machine.`,
    },
  };
}

function simulated(choice: Choice): ChoiceText {
  const network = networkNames[choice.provider];
  return emulated(choice)
    ? {
        simulated: true,
        place: `${network}, emulated in this page`,
        idle: `A drawn avatar under ${network}’s limits: what you say is paced as ${network} wants it.`,
        standIn: {
          title: 'Local emulation',
          meaning: `${between[choice.provider]} No account, and nothing leaves this machine.`,
        },
      }
    : {
        simulated: true,
        place: 'Simulator over a WebRTC loop-back',
        idle: 'A drawn avatar runs inside this page and answers over a real peer connection. No server, no account, and nothing leaves this machine.',
      };
}

function emulated({ provider }: Choice): boolean {
  return provider === 'agora' || provider === 'trtc';
}

const places: Readonly<Record<DemoProvider, string>> = {
  webrtc: 'avatar in this page, over WebRTC',
  livekit: 'LiveKit server on this machine',
  agora: 'Agora emulated in this page',
  trtc: 'TRTC emulated in this page',
};

const between: Readonly<Record<DemoProvider, string>> = {
  webrtc: 'The avatar is drawn in this page, over a real peer connection.',
  livekit: 'The room is on a real livekit-server, and the avatar is a bot in it.',
  agora: 'The adapter is the real one; Agora’s SDK is our double of it.',
  trtc: 'The adapter is the real one; TRTC’s SDK is our double of it.',
};

function betweenText({ service, provider }: Choice): string {
  if (provider !== 'webrtc' || companyOf(service) !== 'akool') return between[provider];
  return `${companies.akool.name} has no plain WebRTC: the avatar is drawn in this page, over a real peer connection.`;
}
