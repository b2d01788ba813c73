/**
 * The network of a page under test, for its peer connections, through Chromium's DevTools protocol. It acts only on
 * connections made after `armNetwork`, and on both ends where both live in the page. Call `disarmNetwork` at the end.
 */

import { cdp } from 'vitest/browser';

interface Conditions {
  /** Per cent. */
  readonly packetLoss?: number;
  /** Bytes per second. */
  readonly uploadThroughput?: number;
  /** Packets that wait before the narrow place; more are lost. @default without end, which no sender can see */
  readonly packetQueueLength?: number;
}

const AS_IS: Required<Conditions> & { offline: boolean; latency: number; downloadThroughput: number } = {
  offline: false,
  latency: 0,
  downloadThroughput: -1,
  uploadThroughput: -1,
  packetLoss: 0,
  packetQueueLength: 0,
};
/** Chromium looks at `packetLoss` only beside a latency or a throughput. */
const ARMED = { ...AS_IS, latency: 1, downloadThroughput: 1e8, uploadThroughput: 1e8 };

/** What vitest's session can be asked to do here; its own type leaves every method open. */
interface DevTools {
  send(method: 'Network.enable'): Promise<unknown>;
  send(method: 'Network.emulateNetworkConditions', conditions: typeof AS_IS): Promise<unknown>;
}
const devTools = () => cdp() as DevTools;

/** Call before the peer connections are made. */
export async function armNetwork(): Promise<void> {
  await devTools().send('Network.enable');
  // Only a change arms: a page that an aborted test left armed would stay as it is.
  await disarmNetwork();
  await shapeNetwork({});
}

export async function shapeNetwork(conditions: Conditions): Promise<void> {
  await devTools().send('Network.emulateNetworkConditions', { ...ARMED, ...conditions });
}

/** Not one packet of WebRTC passes. */
export const cutNetwork = () => shapeNetwork({ packetLoss: 100 });
export const mendNetwork = () => shapeNetwork({});

/** Leaves the network as it was found. */
export async function disarmNetwork(): Promise<void> {
  await devTools().send('Network.emulateNetworkConditions', AS_IS);
}
