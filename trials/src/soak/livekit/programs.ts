import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium } from '@avatarwire/tooling/chromium';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';

/** What is missing here, by name. */
export function lacking(): readonly string[] {
  return [
    ...(findChromium() === undefined ? ['a Chromium'] : []),
    ...(findLivekitServer() === undefined ? ['a livekit-server'] : []),
  ];
}

/** Of what takes part, by name. */
export async function versions(): Promise<Readonly<Record<string, string>>> {
  return {
    Chromium: await said(findChromium()),
    'livekit-server': await said(findLivekitServer()),
    'livekit-client': await installed('livekit-client'),
  };
}

async function said(program: string | undefined): Promise<string> {
  if (program === undefined) return 'none';
  const { stdout } = await promisify(execFile)(program, ['--version']);
  return /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim();
}

async function installed(name: string): Promise<string> {
  const entry = createRequire(import.meta.url).resolve(name);
  const manifest: { readonly version: string } = JSON.parse(
    await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'),
  );
  return manifest.version;
}
