/** Writes `docs/api`: every public entry point of every package, from the comments in the source. */

import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { Application, Converter, ReflectionKind, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { repository, root } from './repository.ts';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly '@avatarwire/source'?: string }>>;
}

/** Source file → the name that it is imported by. */
const entries = new Map<string, string>(
  globSync('packages/*/package.json', { cwd: root })
    .sort()
    .flatMap((file) => {
      const { name, exports } = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
      return Object.entries(exports).flatMap(([entry, target]) => {
        const source = typeof target === 'string' ? undefined : target['@avatarwire/source'];
        const path = source === undefined ? undefined : resolve(root, dirname(file), source);
        return path === undefined
          ? []
          : [[path, entry === '.' ? name : `${name}/${entry.slice(2)}`] as const];
      });
    }),
);

const out = join(root, 'docs/api');
const options: Partial<TypeDocOptions & PluginOptions & { docsRoot: string }> = {
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  entryPoints: [...entries.keys()],
  tsconfig: join(root, 'docs/tsconfig.api.json'),
  out,
  docsRoot: join(root, 'docs'),
  name: 'API',
  // One page for each entry point: a page for each name would be five hundred.
  router: 'module',
  readme: 'none',
  // The types are checked by `pnpm types`.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableGit: true,
  basePath: root,
  sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}`,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  // A name in a comment that its package keeps to itself is no link; one that is nowhere is a fault.
  externalSymbolLinkMappings: Object.fromEntries([...entries.values()].map((name) => [name, { '*': '#' }])),
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  logLevel: 'Warn',
};
const app = await Application.bootstrapWithPlugins(options);

app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    const file = module.sources?.[0]?.fullFileName;
    module.name = (file && entries.get(resolve(file))) ?? module.name;
  }
});

const project = await app.convert();
if (!project) throw new Error('The sources could not be read.');
const modules = new Set(project.getChildrenByKind(ReflectionKind.Module).map(({ name }) => name));
const missing = [...entries.values()].filter((name) => !modules.has(name));
if (missing.length > 0) throw new Error(`Nothing was read of ${missing.join(', ')}.`);
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.validationWarningCount > 0) process.exit(1);
console.log(`API of ${entries.size} entry points in ${basename(dirname(out))}/${basename(out)}`);
