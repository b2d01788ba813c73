import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentFaults } from '../checks/packed.ts';
import type { Packument } from './registry.ts';
import type { Run } from './run.ts';

/** Fetches a published tarball and looks into it: what is in there, and what it says it needs. */
export async function tarballFaults(
  name: string,
  packument: Packument,
  version: string,
  folder: string,
  run: Run,
): Promise<string[]> {
  const address = packument.versions[version]?.dist.tarball;
  if (address === undefined) return [`${name}@${version} has no tarball`];
  const answer = await fetch(address);
  if (!answer.ok) return [`${name}@${version}: the registry answers ${answer.status} for its tarball`];
  const contents = join(folder, name);
  mkdirSync(contents, { recursive: true });
  const tarball = `${contents}.tgz`;
  writeFileSync(tarball, Buffer.from(await answer.arrayBuffer()));
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', contents], folder);
  const manifest = JSON.parse(readFileSync(join(contents, 'package.json'), 'utf8'));
  return contentFaults({ tarball, folder: contents, manifest });
}
