/** Prints what a page weighs with each provider, minified and gzipped: the figures of docs/providers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './repository.ts';

/** Where the vendors' SDKs are installed. */
const place = join(root, 'apps/demo');
const sdks = ['agora-rtc-sdk-ng', 'livekit-client', 'trtc-sdk-v5'];

/** In kilobytes of 1,000. */
async function weigh(contents: string, external: readonly string[] = sdks): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(place, 'src'), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    conditions: ['@avatarwire/source'],
    external: [...external],
    write: false,
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return `${(bytes.length / 1_000).toFixed(1)} kB, gzipped ${(gzipSync(bytes).length / 1_000).toFixed(1)} kB`;
}

const session = "export { createAvatarSession, broker } from '@avatarwire/core';";
console.log(`the session and the broker's client: ${await weigh(session)}`);
for (const provider of ['agora', 'livekit', 'trtc', 'webrtc']) {
  const adapter = `export { ${provider} } from '@avatarwire/${provider}';`;
  console.log(`with ${provider}'s adapter: ${await weigh(`${session}${adapter}`)}`);
}
for (const name of ['agora-rtc-sdk-ng', 'agora-rtc-sdk-ng/esm', 'livekit-client', 'trtc-sdk-v5']) {
  const manifest = join(place, 'node_modules', name.replace('/esm', ''), 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const weight = await weigh(`import * as sdk from '${name}'; console.log(sdk);`, []);
  console.log(`${name} ${version}: ${weight}`);
}
console.log(`devices: ${await weigh("export * from '@avatarwire/core/media';")}`);
