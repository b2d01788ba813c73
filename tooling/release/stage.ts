import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Released } from './faults.ts';
import { type Registry, startRegistry } from './registry.ts';
import { type Run, runner } from './run.ts';
import { workspacesOf } from './workspaces.ts';

/** Where a release is rehearsed: a place for a copy of the tree, and a registry that nobody else uses. */
export interface Stage {
  readonly folder: string;
  /** The copy, which the rehearsal makes. */
  readonly copy: string;
  readonly registry: Registry;
  /** Runs programs with the user's own settings. */
  readonly outside: Run;
  /** Runs programs whose npm and pnpm know the registry of the rehearsal alone. */
  readonly inside: Run;
  /** Runs a script of the copy's root, without its build. */
  script(name: string, run: Run): Promise<void>;
  /** The packages that are published, as the copy has them now. */
  published(): Released[];
  tags(): Promise<string[]>;
}

export async function openStage(folder: string): Promise<Stage> {
  const copy = join(folder, 'copy');
  const path = `${join(copy, 'node_modules/.bin')}${delimiter}${process.env['PATH']}`;
  const outside = runner({ PATH: path });
  const upstream = lines(await outside('npm', ['config', 'get', 'registry'], folder)).at(-1) ?? '';
  const registry = await startRegistry(join(folder, 'registry'), upstream);
  return {
    folder,
    copy,
    registry,
    outside,
    inside: runner({ PATH: path, ...npmSettings(folder, registry.url) }),
    async script(name, run) {
      const { scripts } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
      const commands: string[] = scripts[name].split(' && ');
      for (const command of commands.filter((each) => !each.startsWith('turbo run build '))) {
        await run('sh', ['-c', command], copy);
      }
    },
    published: () => workspacesOf(copy).filter((each) => !each.private),
    tags: async () => lines(await outside('git', ['tag'], copy)),
  };
}

/** npm and pnpm want some token; the registry takes any. Nothing of the user's own settings takes part. */
function npmSettings(folder: string, registry: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'npmrc');
  writeFileSync(settings, `${registry.replace('http:', '')}:_authToken=local\n`);
  return {
    npm_config_registry: registry,
    npm_config_userconfig: settings,
    npm_config_cache: join(folder, 'npm-cache'),
    npm_config_update_notifier: 'false',
  };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
