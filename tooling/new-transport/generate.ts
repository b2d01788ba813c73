import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestOf } from './manifest.ts';
import { type Names, namesOf } from './names.ts';

const templates: Readonly<Record<string, (names: Names) => string>> = {
  index: ({ name }) => `packages/${name}/src/index.ts`,
  transport: ({ name }) => `packages/${name}/src/${name}-transport.ts`,
  options: ({ name }) => `packages/${name}/src/${name}-options.ts`,
  events: ({ name }) => `packages/${name}/src/${name}-events.ts`,
  errors: ({ name }) => `packages/${name}/src/${name}-errors.ts`,
  sdk: ({ name }) => `packages/${name}/src/${name}-sdk.ts`,
  'conformance.test': ({ name }) => `packages/${name}/test/conformance.test.ts`,
  readme: ({ name }) => `packages/${name}/README.md`,
  changeset: ({ name }) => `.changeset/${name}-adapter.md`,
};

/** Writes the beginnings of an adapter below `root`. Returns the files written, relative to it. */
export function generateTransport(root: string, name: string): string[] {
  const names = namesOf(name);
  const folder = `packages/${name}`;
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already`);
  const files: Record<string, string> = {
    [`${folder}/package.json`]: json(manifestOf(names)),
    [`${folder}/tsconfig.json`]: readFileSync(join(root, 'packages/core/tsconfig.json'), 'utf8'),
    [`${folder}/tsup.config.ts`]: "export { default } from '@avatarwire/tooling/tsup';\n",
  };
  for (const [template, target] of Object.entries(templates)) files[target(names)] = fill(template, names);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return Object.keys(files).sort();
}

function fill(template: string, names: Names): string {
  const text = readFileSync(new URL(`./templates/${template}.template`, import.meta.url), 'utf8');
  return text.replace(/__(name|Name|camel|key)__/g, (_, spelling: keyof Names) => names[spelling]);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
