/** A session with the visitor's devices, and the avatar's side of what they send, over each provider. */

import { agora } from '@avatarwire/agora';
import {
  type AvatarSession,
  type AvatarTransport,
  createAvatarSession,
  type MediaFactory,
  type Provider,
} from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import type { SimulatedAvatar } from '@avatarwire/simulator';
import { createAgoraCloud } from '@avatarwire/simulator/agora';
import { type SimulateServiceOptions, simulateService } from '@avatarwire/simulator/transport';
import { createTrtcCloud } from '@avatarwire/simulator/trtc';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';
import { trtc } from '@avatarwire/trtc';
import { watchSound } from '../watched-sound';

export interface MediaStage {
  readonly session: AvatarSession;
  readonly avatar: SimulatedAvatar | undefined;
  /** What arrives at the avatar now. */
  received(kind: 'audio' | 'video'): MediaStreamTrack | undefined;
  /** The avatar's voice as it has come to the visitor. */
  sound(): MediaStreamTrack | undefined;
  /** What plays that: the element that was attached, or one of the SDK's own. */
  player(attached: HTMLVideoElement): HTMLMediaElement | undefined;
  close(): Promise<void>;
}

export type StartMediaStage = (media: MediaFactory) => MediaStage;

/** Small: the picture that counts here is the visitor's. */
const FIGURE = { width: 64, height: 64, framesPerSecond: 2 };

export const webrtcMedia: StartMediaStage = (media) => {
  const simulator = simulatedWebRtcAvatar(FIGURE);
  const sound = watchSound();
  const session = createAvatarSession({
    transports: { webrtc: () => sound.watch(simulator.transport()) },
    source: simulator.source,
    media,
  });
  return {
    session,
    get avatar() {
      return simulator.avatar;
    },
    received: (kind) => simulator.received.find((track) => track.kind === kind),
    sound: sound.current,
    player: (attached) => attached,
    async close() {
      await session.close();
      await simulator.close();
    },
  };
};

interface Over<P extends Provider> {
  readonly provider: P;
  readonly transport: () => AvatarTransport<P>;
  readonly credentials: SimulateServiceOptions<P>['credentials'];
  readonly player?: MediaStage['player'];
}

/** The avatar's transport is the adapter, too: what it is given of the visitor is what arrived. */
function stageOver<P extends Provider>(
  { provider, transport, credentials, player = (attached) => attached }: Over<P>,
  media: MediaFactory,
): MediaStage {
  const arrived = new Set<MediaStreamTrack>();
  const sound = watchSound();
  const simulator = simulateService<P>({
    ...FIGURE,
    provider,
    credentials,
    transport() {
      const far = transport();
      far.on('track-added', ({ track }) => void arrived.add(track));
      far.on('track-removed', ({ track }) => void arrived.delete(track));
      return far;
    },
  });
  const session = createAvatarSession({
    transports: { [provider]: () => sound.watch(transport()) },
    source: simulator.source,
    media,
  });
  return {
    session,
    get avatar() {
      return simulator.avatar;
    },
    received: (kind) => [...arrived].filter((track) => track.kind === kind).at(-1),
    sound: sound.current,
    player,
    async close() {
      await session.close();
      await simulator.close();
    },
  };
}

export const agoraMedia: StartMediaStage = (media) => {
  const cloud = createAgoraCloud();
  const transport = () => agora({ sdk: cloud.sdk, logLevel: 'none' });
  const credentials = (room: string, who: string) => cloud.credentials(room, who);
  return stageOver({ provider: 'agora', transport, credentials }, media);
};

export const trtcMedia: StartMediaStage = (media) => {
  const cloud = createTrtcCloud();
  return stageOver(
    {
      provider: 'trtc',
      transport: () => trtc({ sdk: cloud.sdk }),
      credentials: (room, who) => cloud.credentials(room, who),
      player: () => cloud.clients.flatMap(({ sounding }) => sounding[0]?.element ?? []).at(-1),
    },
    media,
  );
};

/** @param tokenFor lets `who` into `room` */
export const livekitMedia =
  (url: string, tokenFor: (room: string, who: string) => Promise<string>): StartMediaStage =>
  (media) =>
    stageOver(
      {
        provider: 'livekit',
        // The test's server names a STUN server that nobody runs, and loop-back needs none.
        transport: () => livekit({ rtcConfig: { iceServers: [] } }),
        credentials: async (room, who) => ({ url, token: await tokenFor(room, who) }),
      },
      media,
    );
