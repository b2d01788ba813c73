import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Packed } from '../checks/packed.ts';
import type { Check } from './check.ts';
import { programFaults } from './outcome.ts';
import { install, placeProject } from './place.ts';
import { runBounded } from './run-bounded.ts';

/** What nobody's range takes, so that npm gives each package a copy of core that is its own. */
const OTHER_VERSION = '99.0.0';

/** Somebody mixes versions: the application has one core, each package another below it. */
export const withTwoCores: Check = async (tools) => {
  const place = placeProject(tools, 'two-cores');
  const core = tools.packages.find(({ manifest }) => manifest.name === '@avatarwire/core');
  if (core === undefined) return ['no core was packed'];
  const other = await repack(core, join(tools.folder, 'other-core'));
  const file = join(place, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  const users = Object.keys(manifest.dependencies).filter((name) => name !== '@avatarwire/core');
  writeFileSync(
    file,
    JSON.stringify({
      ...manifest,
      dependencies: { ...manifest.dependencies, '@avatarwire/core': `file:${other}` },
      overrides: Object.fromEntries(
        users
          .filter((name) => name.startsWith('@avatarwire/'))
          .map((name) => [name, { '@avatarwire/core': `file:${core.tarball}` }]),
      ),
    }),
  );
  const refused = await install(place);
  if (refused.length > 0) return refused;
  return programFaults(await runBounded(process.execPath, ['talk.js'], { cwd: place, withinMs: 30_000 }));
};

async function repack(core: Packed, folder: string): Promise<string> {
  cpSync(core.folder, join(folder, 'package'), { recursive: true });
  const manifest = { ...core.manifest, version: OTHER_VERSION };
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify(manifest));
  const tarball = join(folder, 'core.tgz');
  const { code, output } = await runBounded('tar', ['-czf', tarball, 'package'], { cwd: folder });
  if (code !== 0) throw new Error(output);
  return tarball;
}
