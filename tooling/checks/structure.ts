import { adapterFaults } from './adapter.ts';
import { errorCodeFaults } from './error-codes.ts';
import { manifestFaults } from './manifest.ts';
import { type Package, packagesOf } from './workspace.ts';

/** What the tree promises and does not keep, a line each. */
export function structureFaults(root: string): string[] {
  const packages = packagesOf(root);
  return [
    ...packages.flatMap((each) => [
      ...manifestFaults(each),
      ...adapterFaults(each),
      ...nameFaults(each),
      ...lengthFaults(each),
    ]),
    ...errorCodeFaults(packages),
  ];
}

/** Files are kebab-case; a test is found by its ending. */
function nameFaults({ name, files }: Package): string[] {
  return files.flatMap((file) => {
    if (!/^(?:src|test)\//.test(file)) return [];
    const where = `packages/${name}/${file}`;
    if (file.startsWith('src/') && /\.test\.tsx?$/.test(file)) return [`${where} belongs into test/`];
    const kebab = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*[./])*[a-z0-9]+(?:-[a-z0-9]+)*$/;
    return kebab.test(file) ? [] : [`${where} is not kebab-case`];
  });
}

const MOST_LINES = 400;

/** One idea each. What a program writes is as long as it is. */
function lengthFaults({ name, files, read }: Package): string[] {
  return files.flatMap((file) => {
    if (!/^src\/.*\.tsx?$/.test(file)) return [];
    const text = read(file);
    const lines = text.trimEnd().split('\n').length;
    const isGenerated = text.startsWith('/**\n * Written by ');
    return lines > MOST_LINES && !isGenerated
      ? [`packages/${name}/${file} has ${lines} lines: more than one idea`]
      : [];
  });
}
