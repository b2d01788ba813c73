/** AKOOL's protocol v2 as an avatar service: the one that is built in. */

import type { AvatarService, ServiceDialogue } from '../service';
import { decode } from './decode';
import { chatFrames, encodeCommand } from './encode';

/** Every frame says by itself what it is, so one conversation is as good as another. */
const dialogue: ServiceDialogue = Object.freeze({
  frames: chatFrames,
  command: encodeCommand,
  read: (packet: Uint8Array) => [decode(packet)],
  close() {},
});

export const protocolV2: AvatarService = Object.freeze({
  name: 'akool',
  can: Object.freeze({ speak: true, ask: true, interrupt: true, setParams: true, setAction: true }),
  acknowledges: true,
  // The vendor's demo publishes both over each of its networks; a screen none.
  takes: Object.freeze(['microphone', 'camera'] as const),
  start: () => dialogue,
});
