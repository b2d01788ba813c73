/**
 * Words that go over REST travel through the session's queue as packets, `{"action":"ask","body":{"text":"…"}}`, so that
 * order, limits and streams are the same as on a network; here such a packet becomes the call.
 */

import { isAvatarError, type ServiceHost, type TextFrames } from '@avatarwire/core';
import { framesAround } from './frames';

/** The server halves take 10,000 characters; a character has at least one byte. */
export const MAX_REST_PACKET_BYTES = 10_000;

export interface RestPacket {
  readonly action: string;
  readonly body: { readonly text: string };
}

export function restFrames(action: string, parts: TextFrames['parts']): TextFrames {
  return framesAround(parts, `{"action":"${action}","body":{"text":"`, '"}}');
}

const decoder = new TextDecoder();

/** The inverse of {@link restFrames}. */
export function readRestPacket(packet: Uint8Array): RestPacket {
  return JSON.parse(decoder.decode(packet)) as RestPacket;
}

/** Rejects as `host.call` does; where the service knows the session no more, ours is over as well. */
export async function callOver(host: ServiceHost, action: string, body?: RestPacket['body']): Promise<void> {
  try {
    await host.call(action, body);
  } catch (error) {
    if (isAvatarError(error) && error.code === 'session-gone') {
      // A turn later: whoever made the call hears of it first.
      host.clock.schedule(() => host.gone(error), 0);
    }
    throw error;
  }
}
