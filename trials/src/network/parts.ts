/** What the trial stands on and cannot bring along. */

import { findChromium } from '@avatarwire/tooling/chromium';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { findOnPath } from './find-on-path';

export interface Part {
  readonly name: string;
  /** What it is for, and how one gets it. */
  readonly remedy: string;
  isThere(): boolean;
}

const program = (name: string, remedy: string): Part => ({
  name,
  remedy,
  isThere: () => findOnPath(name) !== undefined,
});

export const parts: readonly Part[] = [
  {
    name: 'Linux',
    remedy: 'network namespaces are its own',
    isThere: () => process.platform === 'linux',
  },
  {
    name: 'root',
    remedy: 'namespaces and their devices are made by root alone: run it with sudo, or in a container',
    isThere: () => process.getuid?.() === 0,
  },
  program('ip', 'makes the namespaces; Debian: apt-get install iproute2'),
  program('vde_switch', 'one side of the wire; Debian: apt-get install vde2'),
  program('wirefilter', 'the wire that loses, delays and reorders; Debian: apt-get install vde2'),
  program('ping', 'measures the wire itself; Debian: apt-get install iputils-ping'),
  program('openssl', 'makes the certificate of the far side; Debian: apt-get install openssl'),
  {
    name: 'Chromium',
    remedy: '`pnpm setup:tests` gets one',
    isThere: () => findChromium() !== undefined,
  },
  {
    name: 'livekit-server',
    remedy: '`pnpm setup:tests` gets one',
    isThere: () => findLivekitServer() !== undefined,
  },
];

/** A line for each part that is not here. */
export function missing(needed: readonly Part[]): readonly string[] {
  return needed.filter((part) => !part.isThere()).map(({ name, remedy }) => `${name}: ${remedy}`);
}
