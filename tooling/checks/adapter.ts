import { isAdapter, type Manifest, type Package } from './workspace.ts';

/** Of each adapter, with its name in front: so that whoever knows one knows all. */
const parts = ['transport', 'options', 'events', 'errors', 'sdk'];

/** Of each adapter's README, in this order, among others. Before them: how to install it, and an example. */
export const readmeHeadings = [
  '## Capabilities',
  '## Options',
  '## Limits and quirks',
  '## Errors',
  '## Links',
];

const largestBudgetKb = 8;

/** What every adapter has to have; nothing for a package that is none. */
export function adapterFaults(adapter: Package): string[] {
  if (!isAdapter(adapter)) return [];
  const { name, manifest, files } = adapter;
  const where = `packages/${name}`;
  const six = ['index.ts', ...parts.map((part) => `${name}-${part}.ts`)].map((file) => `src/${file}`);
  return [
    ...six.filter((file) => !files.includes(file)).map((file) => `${where} has no ${file}`),
    ...(runsConformance(adapter)
      ? []
      : [`${where} does not run the conformance suite in test/conformance*.test.ts`]),
    ...openingFaults(adapter),
    ...headingFaults(adapter),
    ...(hasBudget(manifest)
      ? []
      : [`${where} has no size budget of at most ${largestBudgetKb} kB in "size-limit"`]),
  ];
}

function runsConformance({ files, read }: Package): boolean {
  return files
    .filter((file) => /^test\/conformance(\.[\w.-]+)?\.test\.ts$/.test(file))
    .some((file) => read(file).includes("from '@avatarwire/conformance/vitest'"));
}

function openingFaults({ name, read }: Package): string[] {
  const opening = read('README.md').split(/^## /m)[0] ?? '';
  const wanted: [RegExp, string][] = [
    [new RegExp(`^\`\`\`sh\\n[^\`]*@avatarwire/${name}\\b`, 'm'), 'how to install it'],
    [/^```tsx?\n/m, 'an example'],
  ];
  return wanted
    .filter(([pattern]) => !pattern.test(opening))
    .map(([, what]) => `packages/${name}/README.md does not begin with ${what}`);
}

function headingFaults({ name, read }: Package): string[] {
  const lines = read('README.md').split('\n');
  const found = readmeHeadings.filter((heading) => lines.includes(heading));
  const missing = readmeHeadings.filter((heading) => !found.includes(heading));
  if (missing.length > 0) return missing.map((heading) => `packages/${name}/README.md has no "${heading}"`);
  const order = [...readmeHeadings].sort((a, b) => lines.indexOf(a) - lines.indexOf(b));
  return order.join() === readmeHeadings.join()
    ? []
    : [`packages/${name}/README.md has its headings in another order than the other adapters`];
}

function hasBudget(manifest: Manifest): boolean {
  return (manifest['size-limit'] ?? []).some(({ limit }) => {
    const kb = /^(\d+(?:\.\d+)?) kB$/.exec(limit)?.[1];
    return kb !== undefined && Number(kb) <= largestBudgetKb;
  });
}
