/** Every service over every network that it has here. */

import { agora } from '@avatarwire/agora';
import type { AvatarSessionOptions, ServiceCapabilities } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import type { SimulatedAvatar } from '@avatarwire/simulator';
import { createAgoraCloud } from '@avatarwire/simulator/agora';
import { offeringRoom, type RoomMakers, transportRoom } from '@avatarwire/simulator/page-rooms';
import { createTrtcCloud } from '@avatarwire/simulator/trtc';
import { trtc } from '@avatarwire/trtc';
import { webrtc } from '@avatarwire/webrtc';
import { setLogLevel } from 'livekit-client';
import type { Company } from '../services-main';
import type { WatchedSound } from '../watched-sound';
import { figure } from './figure';

setLogLevel('silent');

export type Network = 'agora' | 'livekit' | 'trtc' | 'webrtc';

export interface Combination {
  readonly service: Company;
  readonly title: string;
  readonly network: Network;
  /** What was real, and what was not. */
  readonly real: string;
  /** All that exists there. */
  readonly has: readonly (keyof ServiceCapabilities)[];
  transports(sound: WatchedSound): AvatarSessionOptions['transports'];
}

/** The clouds behind the doubles, and the avatars of this page. */
export interface PageNetworks {
  readonly makers: RoomMakers;
  readonly combinations: readonly Combination[];
  /** The avatar that came last to this page. */
  readonly avatar: SimulatedAvatar | undefined;
  /** Listeners on every client of a double. */
  listeners(): number;
}

export function pageNetworks(): PageNetworks {
  let last: SimulatedAvatar | undefined;
  const onAvatar = (avatar: SimulatedAvatar) => {
    last = avatar;
  };
  const agoraCloud = createAgoraCloud();
  const trtcCloud = createTrtcCloud();
  const overAgora = () => agora({ sdk: agoraCloud.sdk, logLevel: 'none' });
  const overTrtc = () => trtc({ sdk: trtcCloud.sdk });
  // The test's server names a STUN server that nobody runs, and loop-back needs none.
  const overLivekit = () => livekit({ rtcConfig: { iceServers: [] } });
  const all = ['speak', 'ask', 'interrupt', 'setParams', 'setAction'] as const;

  return {
    makers: {
      agora: transportRoom({
        ...figure,
        provider: 'agora',
        transport: overAgora,
        credentials: (room, who) => agoraCloud.credentials(room, who),
        onAvatar,
      }),
      trtc: transportRoom({
        ...figure,
        provider: 'trtc',
        transport: overTrtc,
        credentials: (room, who) => trtcCloud.credentials(room, who),
        onAvatar,
      }),
      webrtc: offeringRoom({ ...figure, onAvatar }),
    },
    combinations: [
      {
        service: 'akool',
        title: 'AKOOL',
        network: 'agora',
        real: "a double of Agora's SDK, the avatar in the page",
        has: all,
        transports: ({ watch }) => ({ agora: () => watch(overAgora()) }),
      },
      {
        service: 'akool',
        title: 'AKOOL',
        network: 'livekit',
        real: 'a real livekit-server and livekit-client, the avatar in Node',
        has: all,
        transports: ({ watch }) => ({ livekit: () => watch(overLivekit()) }),
      },
      {
        service: 'akool',
        title: 'AKOOL',
        network: 'trtc',
        real: "a double of TRTC's SDK, the avatar in the page",
        has: all,
        transports: ({ watch }) => ({ trtc: () => watch(overTrtc()) }),
      },
      {
        service: 'akool',
        title: 'AKOOL',
        network: 'webrtc',
        real: 'real peer connections, the avatar in the page; AKOOL sells no WebRTC, so the signalling is ours',
        has: all,
        transports: ({ watch }) => ({ webrtc: () => watch(webrtc({ channel: { awaited: true } })) }),
      },
      {
        service: 'a2e',
        title: 'A2E',
        network: 'agora',
        real: "a double of Agora's SDK, the avatar in the page",
        has: ['speak', 'ask'],
        transports: ({ watch }) => ({ agora: () => watch(overAgora()) }),
      },
      {
        service: 'heygen',
        title: 'HeyGen v1',
        network: 'webrtc',
        real: 'real peer connections, the avatar in the page offers',
        has: ['speak'],
        transports: ({ watch }) => ({ webrtc: () => watch(webrtc()) }),
      },
      {
        service: 'liveavatar',
        title: 'LiveAvatar',
        network: 'livekit',
        real: 'a real livekit-server and livekit-client, the avatar in Node',
        has: ['speak', 'ask', 'interrupt'],
        transports: ({ watch }) => ({ livekit: () => watch(overLivekit()) }),
      },
    ],
    get avatar() {
      return last;
    },
    listeners: () =>
      [...agoraCloud.clients, ...trtcCloud.clients].reduce(
        (total, client) => total + client.listenerCount(),
        0,
      ),
  };
}
