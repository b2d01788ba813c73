// `tsx script-build/main.ts [folder]`: builds the script, into `dist/script` unless told otherwise.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildScript } from './build-script.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../dist/script', import.meta.url));
const { integrity } = await buildScript(folder);
for (const file of Object.keys(integrity)) {
  const bytes = await readFile(join(folder, file));
  process.stdout.write(`${file}  ${kilobytes(bytes)}  gzip ${kilobytes(gzipSync(bytes))}\n`);
}

function kilobytes(bytes: Uint8Array): string {
  return `${(bytes.byteLength / 1_000).toFixed(1)} kB`;
}
