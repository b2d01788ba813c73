import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @param file beside this one */
export async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
