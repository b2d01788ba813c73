import type { Packed } from '../checks/packed.ts';
import type { Check } from './check.ts';
import { failureOf } from './outcome.ts';
import { install, placeEmpty, type Stage } from './place.ts';
import { runBounded } from './run-bounded.ts';

/** Peers that are no vendor's SDK: their importers are useless without them. */
const NEEDED_PEERS: readonly string[] = ['react', 'vitest'];

/** Prints what an import leaves behind in plain Node: globals, listeners, anything that keeps the process alive. */
const traceOfImport = (entry: string) => `
  const { setTimeout: wait } = await import('node:timers/promises');
  const namesNow = () => [
    ...Object.getOwnPropertyNames(globalThis),
    ...process.eventNames().map((name) => process.listenerCount(name) + ' listeners for ' + String(name)),
  ];
  const running = () => process.getActiveResourcesInfo().filter((kind) => !/^(?:PipeWrap|TTYWrap)$/.test(kind));
  const before = new Set(namesNow());
  await import(${JSON.stringify(entry)});
  await wait(20);
  console.log(JSON.stringify([...namesNow().filter((name) => !before.has(name)), ...running()]));
`;

/** Each package with nothing beside it but what it asks for, and no SDK: every entry can be imported, and does nothing. */
export const eachAlone: Check = async (tools) => {
  const faults: string[] = [];
  // One after the other: twelve installs at once would not be quicker.
  for (const packed of tools.packages) faults.push(...(await aloneFaults(tools, packed)));
  return faults;
};

export async function aloneFaults(stage: Stage, { manifest }: Packed): Promise<string[]> {
  const name = manifest.name ?? '';
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((peer) => NEEDED_PEERS.includes(peer));
  const place = placeEmpty(stage, `alone-${name.replace(/.*\//, '')}`, {
    dependencies: { [name]: 'packed', ...Object.fromEntries(peers.map((peer) => [peer, 'catalog:'])) },
  });
  const refused = await install(place, ['--omit=peer', '--engine-strict']);
  if (refused.length > 0) return refused.map((fault) => `${name}: ${fault}`);
  const entries = Object.keys(manifest.exports ?? {}).filter((entry) => !entry.endsWith('.json'));
  const runs = entries.map(async (entry) => {
    const specifier = `${name}${entry.slice(1)}`;
    const run = await runBounded(
      process.execPath,
      ['--input-type=module', '--eval', traceOfImport(specifier)],
      { cwd: place, withinMs: 30_000 },
    );
    if (run.code !== 0) return [`import of ${specifier}: ${failureOf(run)}`];
    const left = JSON.parse(run.stdout) as string[];
    return left.length === 0 ? [] : [`import of ${specifier} leaves behind: ${left.join(', ')}`];
  });
  return (await Promise.all(runs)).flat();
}
