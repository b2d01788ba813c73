/** Which version of a package somebody gets. */

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @param from the folder of who imports it */
export function versionOf(name: string, from: string): string {
  const file = join(folderOf(name, from), 'package.json');
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}

/** Some packages do not export their manifest, so it is looked for where Node would look for them. */
export function folderOf(name: string, from: string): string {
  const places = createRequire(join(from, 'index.js')).resolve.paths(name) ?? [];
  const found = places
    .map((place) => join(place, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
  if (found === undefined) throw new Error(`${name} is not installed for ${from}.`);
  return realpathSync(found);
}
