import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Packed } from '../checks/packed.ts';
import type { Check } from './check.ts';
import { programFaults } from './outcome.ts';
import { install, placeProject } from './place.ts';
import { runBounded } from './run-bounded.ts';

interface Setting {
  /** The name under which it is installed. */
  readonly compiler: 'typescript' | 'typescript-oldest';
  readonly resolution: 'node16' | 'nodenext' | 'bundler';
}

const settings: readonly Setting[] = [
  { compiler: 'typescript', resolution: 'nodenext' },
  { compiler: 'typescript', resolution: 'bundler' },
  { compiler: 'typescript-oldest', resolution: 'node16' },
  { compiler: 'typescript-oldest', resolution: 'nodenext' },
  { compiler: 'typescript-oldest', resolution: 'bundler' },
];

/** Strict, in every setting that is promised, with the newest and the oldest TypeScript; what is emitted talks. */
export const inTypeScript: Check = async (tools) => {
  const place = placeProject(tools, 'typescript');
  writeFileSync(join(place, 'src/every-entry.ts'), everyEntry(tools.packages));
  writeFileSync(join(place, 'browser/every-entry.ts'), everyEntry(tools.packages.filter(runsInBrowsers)));
  const refused = await install(place);
  if (refused.length > 0) return refused;
  const faults: string[] = [];
  for (const setting of settings) {
    faults.push(...(await emittedFaults(place, setting)));
    // Vendors' declarations have errors of their own; ours have none, also where there are no types of Node.
    if (setting.resolution === 'nodenext') faults.push(...(await ourTypeFaults(place, setting, '.')));
    if (setting.resolution === 'bundler') faults.push(...(await ourTypeFaults(place, setting, 'browser')));
  }
  return faults;
};

async function emittedFaults(place: string, setting: Setting): Promise<string[]> {
  const outDir = join(place, `out-${setting.compiler}-${setting.resolution}`);
  const faults = await typeFaults(place, setting, ['--outDir', outDir]);
  if (faults.length > 0) return faults;
  const talk = await runBounded(process.execPath, [join(outDir, 'talk.js')], {
    cwd: place,
    withinMs: 30_000,
  });
  return programFaults(talk).map((fault) => `what ${nameOf(setting)} emitted: ${fault}`);
}

/** A package that names a version of Node runs there; every other runs in browsers, too. */
const runsInBrowsers = ({ manifest }: Packed) => manifest.engines === undefined;

/** A module that names every entry, so that the compiler looks at each. */
export function everyEntry(packages: readonly Pick<Packed, 'manifest'>[]): string {
  return packages
    .flatMap(({ manifest }) =>
      Object.keys(manifest.exports ?? {})
        .filter((entry) => !entry.endsWith('.json'))
        .map((entry) => `${manifest.name}${entry.slice(1)}`),
    )
    .map((entry, index) => `export * as entry${index} from '${entry}';\n`)
    .join('');
}

export async function typeFaults(
  place: string,
  setting: Setting,
  args: readonly string[] = ['--noEmit'],
): Promise<string[]> {
  return (await errorsOf(place, setting, args)).map((line) => `${nameOf(setting)}: ${line}`);
}

async function ourTypeFaults(place: string, setting: Setting, project: string): Promise<string[]> {
  const errors = await errorsOf(place, setting, ['-p', project, '--noEmit', '--skipLibCheck', 'false']);
  return errors
    .filter((line) => !line.startsWith('node_modules/') || line.startsWith('node_modules/@avatarwire/'))
    .map((line) => `${nameOf(setting)}, ${project}, declarations looked into: ${line}`);
}

async function errorsOf(
  place: string,
  { compiler, resolution }: Setting,
  args: readonly string[],
): Promise<string[]> {
  const module =
    resolution === 'bundler'
      ? ['--module', 'esnext', '--moduleResolution', 'bundler']
      : ['--module', resolution];
  const program = join(place, 'node_modules', compiler, 'bin/tsc');
  const { code, output } = await runBounded(process.execPath, [program, ...module, ...args], { cwd: place });
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  return code === 0 || errors.length > 0 ? errors : [`the compiler failed: ${output.trim()}`];
}

const nameOf = ({ compiler, resolution }: Setting) => `${compiler}, ${resolution}`;
