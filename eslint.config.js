// Only what Biome cannot do: rules that need types, and Node's globals in code for browsers.
import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import tseslint from 'typescript-eslint';

const code = [
  '{packages,apps,examples}/*/{src,server,test}/**/*.{ts,tsx}',
  '{benchmarks,tooling,trials}/**/*.ts',
  '*.ts',
];

/** A package that names a version of Node in `engines` runs there; every other runs in browsers too. */
const forBrowsers = globSync('packages/*/package.json')
  .filter((manifest) => JSON.parse(readFileSync(manifest, 'utf8')).engines?.node === undefined)
  .map((manifest) => manifest.replace('package.json', 'src/**'));

const nodeOnly = ['process', 'Buffer', 'global', 'require', '__dirname', '__filename', 'setImmediate'];

export default [
  // The projects have no types until they are installed somewhere else.
  { ignores: ['**/dist/**', '**/node_modules/**', 'tooling/consumers/projects/**'] },
  {
    files: code,
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: forBrowsers,
    rules: {
      'no-restricted-globals': [
        'error',
        ...nodeOnly.map((name) => ({
          name,
          message: 'This package runs in browsers: there is no Node here.',
        })),
      ],
    },
  },
];
