/** What is inside the files is others' work, under licences that want to be told along. */

import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Those under which a copy may be handed on, as a part of something else, with its notice. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'Zlib',
]);
const RULE = `\n${'-'.repeat(100)}\n\n`;

/**
 * One text with the licence of each package that any of `inputs` is of, and of what those depend on: an SDK is built
 * already, and has others in it.
 *
 * @throws Error when a package has a licence that is not known to permit it
 */
export async function licensesOf(inputs: readonly string[]): Promise<string> {
  const folders = new Set(inputs.flatMap((file) => packageFolderOf(file) ?? []));
  const notices = new Set<string>();
  for (const folder of folders) {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
    notices.add(await noticeOf(folder, manifest));
    const beside = folder.slice(0, -manifest.name.length);
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      // What an SDK has built into itself need not be installed.
      const installed = await realpath(join(beside, name)).catch(() => undefined);
      if (installed !== undefined) folders.add(installed);
    }
  }
  const head =
    'The files beside this one hold, beside avatarwire (MIT), the following packages or parts of them. Where a\n' +
    'package carries no text of its licence, its manifest is quoted.\n';
  return [head, ...[...notices].sort()].join(RULE);
}

function packageFolderOf(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(file)?.[0];
}

async function noticeOf(folder: string, { name, version, license = '' }: Manifest): Promise<string> {
  const names = license.split(/[()\s]+|AND|OR/).filter((each) => each !== '');
  if (names.length === 0 || !names.every((each) => PERMISSIVE.has(each))) {
    throw new Error(`${name} ${version} may not be bundled: ${license || 'no licence'}`);
  }
  const text = (await readdir(folder)).sort().find((file) => /^licen[cs]e/i.test(file));
  const body =
    text === undefined
      ? `Licence, as its manifest says: ${license}. The package carries no text of it.`
      : await readFile(join(folder, text), 'utf8');
  return `${name} ${version} (${license})\n\n${body.replaceAll('\r\n', '\n').trimEnd()}\n`;
}
