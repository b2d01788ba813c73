import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The workspace's exact versions, name to version. */
export function readCatalog(root: string): Readonly<Record<string, string>> {
  const workspace: unknown = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'));
  return (workspace as { readonly catalog: Record<string, string> }).catalog;
}

/** The lowest version that a range such as `^4.20.0` or `>=18` takes. */
export function lowestOf(range: string): string {
  const [, major, minor = '0', patch = '0'] =
    /^(?:\^|~|>=)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range) ?? [];
  if (major === undefined) throw new Error(`${range} is no range whose lowest version can be told.`);
  return `${major}.${minor}.${patch}`;
}
