import { readFile, writeFile } from 'node:fs/promises';
import type { ServicesProof } from './proof';

const FILE = new URL('../../services-proof.json', import.meta.url);

/** Elsewhere it is written; in CI what is written has to be what was seen. */
export async function keepProof(proof: ServicesProof): Promise<void> {
  const seen = `${JSON.stringify(proof, null, 2)}\n`;
  if (process.env['CI'] !== 'true') return writeFile(FILE, seen);
  if ((await readFile(FILE, 'utf8')) !== seen)
    throw new Error(
      'apps/e2e/services-proof.json is not what was seen: run `pnpm test apps/e2e`, then `pnpm proof`.',
    );
}
