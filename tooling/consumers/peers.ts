import type { Packed } from '../checks/packed.ts';
import type { Check } from './check.ts';
import { install, placeEmpty, type Stage } from './place.ts';
import { lowestOf } from './versions.ts';

interface Pair {
  readonly peer: string;
  readonly version: string;
}

/** Every peer at the lowest version of its range, and at each one that it is tested with. */
export const withPeers: Check = async (tools) => {
  const faults: string[] = [];
  for (const packed of tools.packages) {
    for (const pair of peerVersions(packed)) faults.push(...(await peerFaults(tools, packed, pair)));
  }
  return faults;
};

/** Tested versions stand in `devDependencies`: under the peer's own name, and as aliases such as `NAME-oldest`. */
export function peerVersions({ manifest }: Pick<Packed, 'manifest'>): Pair[] {
  const { peerDependencies = {}, devDependencies = {} } = manifest;
  return Object.entries(peerDependencies).flatMap(([peer, range]) => {
    const tested = Object.entries(devDependencies).flatMap(([name, version]) => {
      if (name === peer) return [version];
      return version.startsWith(`npm:${peer}@`) ? [version.slice(`npm:${peer}@`.length)] : [];
    });
    return [...new Set([lowestOf(range), ...tested])].map((version) => ({ peer, version }));
  });
}

/** npm works out the whole tree, strictly, and installs nothing. */
export async function peerFaults(stage: Stage, { manifest }: Packed, pair: Pair): Promise<string[]> {
  const { name = '' } = manifest;
  const { peer, version } = pair;
  const place = placeEmpty(stage, `peer-${`${name}-${peer}-${version}`.replace(/[^\w.]+/g, '-')}`, {
    dependencies: { [name]: 'packed', [peer]: version },
  });
  const refused = await install(place, ['--package-lock-only', '--strict-peer-deps', '--ignore-scripts']);
  return refused.map((fault) => `${name} with ${peer} ${version}: ${fault}`);
}
