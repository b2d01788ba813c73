/** The slice of the browser that this adapter calls, as types, and how it is reached. */

import { noChannel } from './broadcast-channel-errors';

/** A real `BroadcastChannel` fits it as it is. */
export interface BroadcastChannelClient {
  postMessage(message: unknown): void;
  addEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void;
  close(): void;
}

/** Adds a listener and returns the function that removes exactly it. */
export function listen(
  client: BroadcastChannelClient,
  event: 'message' | 'messageerror',
  listener: (event: MessageEvent) => void,
): () => void {
  client.addEventListener(event, listener);
  return () => client.removeEventListener(event, listener);
}

/**
 * Called on `connect`, never on import.
 *
 * @throws AvatarError `sdk-missing`
 */
export function openChannel(name: string): BroadcastChannelClient {
  if (typeof BroadcastChannel === 'undefined') throw noChannel();
  return new BroadcastChannel(name);
}

/** Tracks go from tab to tab over WebRTC, which Node has not. */
export const canCarryTracks = () => typeof RTCPeerConnection !== 'undefined';
