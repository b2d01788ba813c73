/** What a piece of code becomes for a page: bundled, minified, gzipped. */

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

export interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

export interface BundledOptions {
  /** Where its imports are looked up. */
  readonly from: string;
  /** Packages that are left out. */
  readonly without?: readonly string[];
}

export async function bundled(contents: string, { from, without = [] }: BundledOptions): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: from },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    external: [...without],
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, gzipped: gzipped(code) };
}

export const gzipped = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length;
