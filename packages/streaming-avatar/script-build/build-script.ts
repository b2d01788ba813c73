/** Builds the script for a page without a bundler, and the adapters beside it. The same sources give the same bytes. */

import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { licensesOf } from './licenses.ts';

export const SCRIPT = 'streaming-avatar.js';
export const INTEGRITY = 'integrity.json';
// Not LICENSES: packing would take it for the package's own licence.
export const LICENSES = 'third-party.txt';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const sources = {
  main: fileURLToPath(new URL('../src/script/main.ts', import.meta.url)),
  agora: fileURLToPath(new URL('../src/script/adapters/agora.ts', import.meta.url)),
  livekit: fileURLToPath(new URL('../src/script/adapters/livekit.ts', import.meta.url)),
  trtc: fileURLToPath(new URL('../src/script/adapters/trtc.ts', import.meta.url)),
};

const common = {
  absWorkingDir: packageFolder,
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'eof',
  logLevel: 'warning',
  conditions: ['@avatarwire/source'],
  // The same SDK in parts: 90 kB less to download than the one piece.
  alias: { 'agora-rtc-sdk-ng': 'agora-rtc-sdk-ng/esm' },
} as const satisfies BuildOptions;

export interface BuiltScript {
  /** `integrity` attributes by file name: of the script and of each adapter. */
  readonly integrity: Readonly<Record<string, string>>;
  /** File names by provider. */
  readonly chunks: Readonly<Record<'agora' | 'livekit' | 'trtc', string>>;
}

/** Writes into `folder`, whose content is replaced. */
export async function buildScript(folder: string): Promise<BuiltScript> {
  const [agora, livekit, trtc] = await Promise.all([
    buildChunk('agora'),
    buildChunk('livekit'),
    buildChunk('trtc'),
  ]);
  const chunks = { agora: agora.entry, livekit: livekit.entry, trtc: trtc.entry };
  const main = await bundle(sources.main, { define: { CHUNKS: JSON.stringify(chunks) } });
  const files = [{ file: SCRIPT, ...main }, agora, livekit, trtc];
  const integrity = Object.fromEntries(files.map(({ file, bytes }) => [file, integrityOf(bytes)]));

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([
    ...files.map(({ file, bytes }) => writeFile(join(folder, file), bytes)),
    writeFile(join(folder, INTEGRITY), `${JSON.stringify(integrity, undefined, 2)}\n`),
    writeFile(join(folder, LICENSES), await licensesOf(files.flatMap(({ inputs }) => inputs))),
  ]);
  return { integrity, chunks: { agora: agora.file, livekit: livekit.file, trtc: trtc.file } };
}

/** Named by its content, so that a cached one of another version is never met. */
async function buildChunk(provider: 'agora' | 'livekit' | 'trtc') {
  const { bytes, inputs } = await bundle(sources[provider]);
  const file = `streaming-avatar.${provider}.${hash('sha256', bytes, 'hex').slice(0, 8)}.js`;
  return { file, bytes, inputs, entry: { provider, file, integrity: integrityOf(bytes) } };
}

async function bundle(entry: string, more: Pick<BuildOptions, 'define'> = {}) {
  const { outputFiles, metafile } = await build({
    ...common,
    ...more,
    entryPoints: [entry],
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs).map((file) => join(packageFolder, file));
  return { bytes: outputFiles[0]?.contents ?? new Uint8Array(), inputs };
}

const integrityOf = (bytes: Uint8Array) => `sha384-${hash('sha384', bytes, 'base64')}`;

function hash(algorithm: 'sha256' | 'sha384', bytes: Uint8Array, as: 'hex' | 'base64'): string {
  return createHash(algorithm).update(bytes).digest(as);
}
