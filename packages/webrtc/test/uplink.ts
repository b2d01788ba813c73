/**
 * The page's own network for WebRTC, through Chromium's DevTools protocol. It acts only on peer connections made
 * after the first call, and on both ends when both live in this page.
 */

import { cdp } from 'vitest/browser';

interface Conditions {
  /** Per cent. */
  readonly packetLoss?: number;
  /** Bytes per second. */
  readonly uploadThroughput?: number;
}

const AS_IS = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1, packetLoss: 0 };
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
