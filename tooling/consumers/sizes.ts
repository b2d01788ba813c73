import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Packed } from '../checks/packed.ts';
import type { Check } from './check.ts';
import { install, placeEmpty } from './place.ts';

/** What a page gets that imports one name and nothing else: this package's own code, minified and gzipped. */
export interface NamedSize {
  readonly entry: string;
  readonly name: string;
  readonly bytes: number;
}

/**
 * What an entry is for. Every other name beside it is a helper, and may not pull it in. Their budgets stand with each
 * package, as `size-limit`.
 */
const MAIN: readonly string[] = [
  ...['createAvatarSession', 'broker', 'parseAkoolSession', 'localMedia', 'removeBackground', 'denoise'],
  ...['agora', 'livekit', 'trtc', 'webrtc', 'a2e', 'heygen', 'liveavatar'],
  ...['akoolServer', 'a2eServer', 'heygenServer', 'liveavatarServer'],
  ...['createBroker', 'serveBroker', 'sqliteStore', 'presets', 'Refusal', 'jwtAuthenticate'],
  ...['redisStore', 'pinoLogger'],
  ...['textOf', 'StreamingAvatar', 'transportCases', 'ConformanceError', 'describeTransport'],
  ...['simulate', 'createSimulatedAvatar', 'createMemoryNetwork', 'createAgoraCloud', 'createTrtcCloud'],
  ...['simulatedWebRtcAvatar', 'startOfferingAvatar', 'createVoice', 'drawFace', 'startLivekitBot'],
  ...['simulateService', 'startTransportAvatar', 'startMockServices', 'livekitRooms', 'createPageRooms'],
  ...['offeringRoom', 'transportRoom'],
];
/** Gzipped. A session is ten times as much. */
const MOST_HELPER_BYTES = 2_500;

export const perName: Check = async (tools) => {
  const place = placeEmpty(tools, 'sizes', {
    dependencies: Object.fromEntries(tools.packages.map(({ manifest }) => [manifest.name, 'packed'])),
  });
  const refused = await install(place, ['--omit=peer']);
  if (refused.length > 0) return refused;
  const faults: string[] = [];
  const sizes: NamedSize[] = [];
  for (const packed of tools.packages) {
    faults.push(...(await sideEffectFaults(packed, place)));
    sizes.push(...(await sizesOf(packed, place)));
  }
  process.stdout.write(sizeTable(sizes));
  return [...faults, ...sizeFaults(sizes)];
};

/** A bundler leaves an import out of which nothing is used: it may leave nothing behind. */
export async function sideEffectFaults(packed: Packed, place: string): Promise<string[]> {
  const faults: string[] = [];
  for (const entry of entriesOf(packed)) {
    const { bytes } = await bundled(packed, place, `import ${JSON.stringify(entry)};`);
    if (bytes.length > 0) faults.push(`import '${entry}' alone leaves ${bytes.length} bytes behind`);
  }
  return faults;
}

export async function sizesOf(packed: Packed, place: string): Promise<NamedSize[]> {
  const sizes: NamedSize[] = [];
  for (const entry of entriesOf(packed)) {
    const { names } = await bundled(packed, place, `export * from ${JSON.stringify(entry)};`);
    for (const name of names) {
      const { bytes } = await bundled(packed, place, `export { ${name} } from ${JSON.stringify(entry)};`);
      sizes.push({ entry, name, bytes: gzipSync(bytes, { level: 9 }).length });
    }
  }
  return sizes;
}

export function sizeFaults(sizes: readonly NamedSize[]): string[] {
  return sizes
    .filter(({ name, bytes }) => !MAIN.includes(name) && bytes > MOST_HELPER_BYTES)
    .map(
      ({ entry, name, bytes }) =>
        `import { ${name} } from '${entry}' costs ${bytes} bytes gzipped: a helper may cost ${MOST_HELPER_BYTES}. What an entry is for is named in MAIN`,
    );
}

export function sizeTable(sizes: readonly NamedSize[]): string {
  const rows = sizes.map(({ entry, name, bytes }) => `| ${entry} | ${name} | ${bytes} |\n`);
  return `| entry | name | bytes, minified and gzipped |\n| --- | --- | --- |\n${rows.join('')}`;
}

function entriesOf({ manifest }: Packed): string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => `${manifest.name}${entry.slice(1)}`);
}

async function bundled(
  { manifest }: Packed,
  resolveDir: string,
  contents: string,
): Promise<{ readonly bytes: Uint8Array; readonly names: readonly string[] }> {
  const others = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const result = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    external: others.flatMap((name) => [name, `${name}/*`]),
    outdir: resolveDir,
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`${contents} was bundled to nothing.`);
  return { bytes: file.contents, names: output.exports };
}
