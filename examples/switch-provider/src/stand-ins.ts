/**
 * For development and CI, without any account: a simulated avatar on each network. Agora and TRTC are doubles of the
 * vendor's SDK under the real adapter, plain WebRTC is a loop-back in this page, and LiveKit is a real server on this
 * machine (see `server/`).
 */

import { AvatarError, type Provider } from '@avatarwire/core';
import { backend } from './backend';
import type { Service } from './session';

async function agoraStandIn() {
  const [{ agora }, { createAgoraCloud }, { simulateService }] = await Promise.all([
    import('@avatarwire/agora'),
    import('@avatarwire/simulator/agora'),
    import('@avatarwire/simulator/transport'),
  ]);
  const cloud = createAgoraCloud();
  const service = simulateService({
    provider: 'agora',
    transport: () => agora({ sdk: cloud.sdk }),
    credentials: (room, who) => cloud.credentials(room, who),
  });
  const cutOff = () => {
    cloud.faults.reach = 'unresolved';
  };
  return { ...service, cutOff };
}

async function trtcStandIn() {
  const [{ trtc }, { createTrtcCloud }, { simulateService }] = await Promise.all([
    import('@avatarwire/trtc'),
    import('@avatarwire/simulator/trtc'),
    import('@avatarwire/simulator/transport'),
  ]);
  const cloud = createTrtcCloud();
  const service = simulateService({
    provider: 'trtc',
    transport: () => trtc({ sdk: cloud.sdk }),
    credentials: (room, who) => cloud.credentials(room, who),
  });
  const cutOff = () => {
    cloud.faults.join = 'http-refused';
  };
  return { ...service, cutOff };
}

async function webrtcStandIn() {
  const { simulatedWebRtcAvatar } = await import('@avatarwire/simulator/webrtc');
  const simulator = simulatedWebRtcAvatar();
  return { ...simulator, cutOff: simulator.cut };
}

/** @param unreachable networks that nobody can join, so that the next one is taken */
export function standIns(unreachable: readonly string[]): Service {
  const made = {
    agora: once(agoraStandIn),
    livekit: once(async () => ({ source: backend('/livekit-rooms'), cutOff: () => {} })),
    trtc: once(trtcStandIn),
    webrtc: once(webrtcStandIn),
  };
  const standIn = (provider: Provider) => {
    if (provider === 'memory') throw new AvatarError('unsupported', 'Nothing stands in for memory.');
    return made[provider]();
  };
  return {
    transports: {
      agora: async () => (await made.agora()).transport(),
      trtc: async () => (await made.trtc()).transport(),
      webrtc: async () => (await made.webrtc()).transport(),
    },
    source: {
      async open(wanted, options) {
        const { source, cutOff } = await standIn(wanted.provider);
        const details = await source.open(wanted, options);
        if (unreachable.includes(wanted.provider)) cutOff();
        return details;
      },
      async close(details, options) {
        const { source } = await standIn(details.provider);
        await source.close?.(details, options);
      },
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
