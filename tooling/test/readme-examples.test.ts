import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { packagesOf } from '../checks/workspace.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = globSync(['README.md', '{packages,apps,examples}/*/README.md', 'docs/**/*.md'], {
  cwd: root,
  // Signatures written from the source are no examples.
  ignore: ['**/node_modules/**', 'docs/api/**'],
}).sort();

interface Example {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

const examples = documents.flatMap((document) =>
  examplesOf(document, readFileSync(join(root, document), 'utf8')),
);

/** What is marked as a `fragment` leans on code around it that is not shown. */
function examplesOf(document: string, text: string): Example[] {
  return [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)].map(
    ({ 1: language = '', 2: code = '', index }) => ({
      document,
      line: text.slice(0, index).split('\n').length + 1,
      language,
      code,
    }),
  );
}

/** Every public entry point of every package, by the name that it is imported by. */
function sourcesByName(): Record<string, string[]> {
  return Object.fromEntries(
    packagesOf(root).flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
        const source = typeof target === 'string' ? undefined : target['@avatarwire/source'];
        return source === undefined ? [] : [[join(manifest.name ?? '', entry), [join(folder, source)]]];
      }),
    ),
  );
}

/** Where React and the vendors' SDKs are installed. */
const place = join(root, 'apps/demo/src');

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options: base } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...base,
    noEmit: true,
    skipLibCheck: true,
    noUnusedLocals: false,
    jsx: ts.JsxEmit.ReactJSX,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: sourcesByName(),
  };
}

/** What the compiler says of each example, as if it stood in a file of its own. */
function complaints(given: readonly Example[]): string[] {
  const files = new Map(
    given.map((example, index) => [join(place, `example-${index}.${example.language}`), example] as const),
  );
  const compilerOptions = options();
  const host = ts.createCompilerHost(compilerOptions);
  const { readFile, fileExists, getSourceFile } = host;
  // Without an import a file is a script, and two examples would share their names.
  const codeOf = (file: string) => {
    const example = files.get(resolve(file));
    return example && `${example.code}\nexport {};\n`;
  };
  host.readFile = (file) => codeOf(file) ?? readFile(file);
  host.fileExists = (file) => files.has(resolve(file)) || fileExists(file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const code = codeOf(file);
    return code === undefined
      ? getSourceFile(file, languageVersion, ...rest)
      : ts.createSourceFile(file, code, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], compilerOptions, host);
  return [...files].flatMap(([file, { document, line }]) => {
    const source = program.getSourceFile(file);
    if (!source) return [`${document}:${line}: the example was not read`];
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => {
        const at = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line;
        return `${document}:${line + at}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
      },
    );
  });
}

// One program over all packages: seconds, but not on a machine that does ten other things.
test('every TypeScript example in a README or in the docs compiles', { timeout: 120_000 }, () => {
  expect(examples.length).toBeGreaterThan(4);
  expect(complaints(examples)).toEqual([]);
});

test('an example that calls what does not exist is found, with its place', () => {
  const document = join(dirname('README.md'), 'planted.md');
  const planted = examplesOf(
    document,
    "text\n\n```ts\nimport { nothing } from '@avatarwire/core';\nnothing();\n```\n",
  );
  expect(complaints(planted)).toEqual([expect.stringContaining('planted.md:4: ')]);
});
