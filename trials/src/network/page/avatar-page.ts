/** Runs in a page on the far side: the simulated avatar behind a plain peer connection. */

import { startTransportAvatar, type TransportAvatar } from '@avatarwire/simulator/transport';
import { webrtc } from '@avatarwire/webrtc';
import { AVATAR } from '../avatar';
import { reportOf } from '../avatar-report';
import type { AvatarReport } from '../reports';
import { relayedSignalling } from './relayed-signalling';

export interface FarAvatar {
  /** Waits for the visitor. Resolves when its face and voice are on their way: before, it answers nothing. */
  begin(): Promise<void>;
  report(): Promise<AvatarReport>;
}

declare global {
  var farAvatar: FarAvatar;
}

let starting: Promise<TransportAvatar> | undefined;

function begin(): Promise<TransportAvatar> {
  starting ??= startTransportAvatar({
    transport: () => webrtc({ signalling: relayedSignalling('answerer') }),
    credentials: {},
    width: 256,
    height: 256,
    framesPerSecond: 15,
    avatar: AVATAR,
  });
  return starting;
}

globalThis.farAvatar = {
  begin: async () => void (await begin()),
  report: async () => reportOf((await begin()).avatar, (at) => performance.timeOrigin + at),
};
