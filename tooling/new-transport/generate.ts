import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import { manifestOf, type Versions } from './manifest.ts';
import { type Names, namesOf } from './names.ts';
import { type Place, placeOf } from './place.ts';

const docs = 'https://github.com/avatarwire/avatarwire/blob/main/docs/adding-a-transport.md';

/** Template → the file in the adapter's folder. */
const templates: Readonly<Record<string, (names: Names) => string>> = {
  index: () => 'src/index.ts',
  transport: ({ name }) => `src/${name}-transport.ts`,
  options: ({ name }) => `src/${name}-options.ts`,
  events: ({ name }) => `src/${name}-events.ts`,
  errors: ({ name }) => `src/${name}-errors.ts`,
  sdk: ({ name }) => `src/${name}-sdk.ts`,
  'conformance.test': () => 'test/conformance.test.ts',
  readme: () => 'README.md',
};

/**
 * Writes the beginnings of an adapter: below `packages/`, or into another folder.
 *
 * @param root of this repository
 * @param into relative to `root`, or absolute: inside this repository or anywhere else
 */
export function generateTransport(
  root: string,
  name: string,
  into?: string,
): { readonly place: Place; readonly files: readonly string[] } {
  const names = namesOf(name);
  const place = placeOf(root, names, into);
  if (existsSync(place.folder)) throw new Error(`${place.shown} is there already`);
  const files: Record<string, string> = {
    'package.json': json(manifestOf(names, place, versionsOf(root))),
    'tsconfig.json': json(tsconfigOf(root, place)),
  };
  const words = { ...names, package: place.package, contract: contractOf(root, place) };
  for (const [template, target] of Object.entries(templates)) files[target(names)] = fill(template, words);
  if (place.kind === 'published') {
    files['tsup.config.ts'] = "export { default } from '@avatarwire/tooling/tsup';\n";
    files[`../../.changeset/${name}-adapter.md`] = fill('changeset', words);
  }
  for (const [file, text] of Object.entries(files)) {
    const path = join(place.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return {
    place,
    files: Object.keys(files)
      .map((file) => join(place.shown, file))
      .sort(),
  };
}

/** Outside this repository a file of it cannot be extended: its rules are written out. */
function tsconfigOf(root: string, { kind, folder }: Place): object {
  if (kind === 'standalone') {
    const { compilerOptions } = readJson(join(root, 'tsconfig.base.json')) as { compilerOptions: object };
    return {
      compilerOptions: {
        ...compilerOptions,
        // Finds our packages in their source, which is for this repository alone.
        customConditions: undefined,
        // tsup sets `baseUrl`, which TypeScript 6 refuses without this switch.
        ignoreDeprecations: '6.0',
      },
      include: ['src', 'test'],
    };
  }
  return {
    extends: relative(folder, join(root, 'tsconfig.base.json')),
    compilerOptions: { types: ['node'] },
    include: ['src', 'test', ...(kind === 'published' ? ['tsup.config.ts'] : [])],
  };
}

function versionsOf(root: string): Versions {
  const { version } = readJson(join(root, 'packages/core/package.json')) as { version: string };
  const { catalog } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as {
    catalog: Record<string, string>;
  };
  const range = (name: string) => `^${catalog[name]}`;
  return {
    avatarwire: `^${version}`,
    tsup: range('tsup'),
    typescript: range('typescript'),
    vitest: range('vitest'),
  };
}

function contractOf(root: string, { kind, folder }: Place): string {
  return kind === 'standalone' ? docs : relative(folder, join(root, 'docs/adding-a-transport.md'));
}

function fill(
  template: string,
  words: Readonly<Record<keyof Names | 'package' | 'contract', string>>,
): string {
  const text = readFileSync(new URL(`./templates/${template}.template`, import.meta.url), 'utf8');
  return text.replace(
    /__(name|Name|camel|key|package|contract)__/g,
    (_, word: keyof typeof words) => words[word],
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
