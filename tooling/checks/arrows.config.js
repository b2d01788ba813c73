// Who may import whom: the arrows of docs/architecture.md, for dependency-cruiser.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { globSync } from 'tinyglobby';

const packages = globSync('packages/*/package.json').map((manifest) => basename(dirname(manifest)));
const adapters = packages.filter((name) => existsSync(`packages/${name}/src/${name}-transport.ts`));

/** What of ours a package may import. An adapter needs no row: it may import core. */
const arrows = {
  core: [],
  conformance: ['core'],
  react: ['core'],
  services: ['core'],
  llm: ['core'],
  broker: ['core', 'services'],
  simulator: ['core', 'webrtc'],
  'streaming-avatar': ['core', ...adapters],
  ...Object.fromEntries(adapters.map((name) => [name, ['core']])),
};

/** The vendors' SDKs: what adapters and the simulator have as peers. */
const sdks = [...adapters, 'simulator'].flatMap(peersOf);

/** @param {string} name @returns {string[]} */
function peersOf(name) {
  const file = `packages/${name}/package.json`;
  return existsSync(file) ? Object.keys(JSON.parse(readFileSync(file, 'utf8')).peerDependencies ?? {}) : [];
}

/** @param {readonly string[]} names */
const anyOf = (names) => `(?:${names.join('|') || '(?!)'})`;
/** @param {readonly string[]} names */
const inModules = (names) => `node_modules/${anyOf(names)}/`;
/** @param {readonly string[]} names */
const sourceOf = (names) => `^packages/${anyOf(names)}/src/`;
const notProduction = '^(?:apps|examples|benchmarks|tooling|trials)/';

const perPackage = Object.entries(arrows)
  .filter(([name]) => packages.includes(name))
  .map(([name, targets]) => ({
    name: `${name}-imports-only-what-the-map-says`,
    comment: `${name} may import of ours: ${targets.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `^packages/${name}/src/` },
    to: { path: '^packages/', pathNot: [sourceOf([name, ...targets]), `^packages/${name}/[^/]+[.]json$`] },
  }));

const perAdapter = adapters.map((name) => ({
  name: `${name}-imports-only-core-and-its-sdk`,
  comment: 'an adapter imports core and its own SDK, and nothing else',
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { pathNot: [sourceOf([name, 'core']), inModules(peersOf(name))] },
}));

export default {
  forbidden: [
    {
      name: 'core-imports-nothing',
      comment: 'core stands alone: no package, no module of Node',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { pathNot: '^packages/core/src/' },
    },
    ...perPackage,
    ...perAdapter,
    {
      name: 'package-not-on-the-map',
      comment: 'a package that is no adapter needs a row in tooling/checks/arrows.config.js',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/${anyOf(Object.keys(arrows))}/` },
      to: { path: '^packages/', pathNot: '^packages/[^/]+/node_modules/' },
    },
    {
      name: 'sdk-only-on-connect',
      comment: "a vendor's SDK is imported as types, or dynamically on connect",
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: inModules(sdks), dependencyTypesNot: ['type-only', 'type-import', 'dynamic-import'] },
    },
    {
      name: 'simulator-main-stands-on-core',
      comment: 'whoever tests with the simulator loads no adapter and no SDK',
      severity: 'error',
      from: { path: '^packages/simulator/src/index[.]ts$' },
      to: { reachable: true, path: '.', pathNot: ['^packages/(?:core|simulator)/src/'] },
    },
    {
      name: 'simulator-webrtc-only-behind-its-entry',
      comment: 'only simulator/webrtc imports the webrtc adapter',
      severity: 'error',
      from: { path: '^packages/simulator/src/', pathNot: '^packages/simulator/src/(?:webrtc/|webrtc[.]ts)' },
      to: { path: '^packages/webrtc/' },
    },
    {
      name: 'conformance-knows-no-vendor',
      comment: 'adapters pass themselves in; vitest is for the vitest entry alone',
      severity: 'error',
      from: { path: '^packages/conformance/src/' },
      to: { path: 'node_modules/', pathNot: inModules(['vitest', '@vitest/[^/]+']) },
    },
    {
      name: 'vitest-only-in-its-entry',
      comment: 'the cases run under any test runner',
      severity: 'error',
      from: { path: '^packages/conformance/src/index[.]ts$' },
      to: { reachable: true, path: inModules(['vitest', '@vitest/[^/]+']) },
    },
    {
      name: 'react-imports-only-core-and-react',
      comment: 'react brings nothing along',
      severity: 'error',
      from: { path: '^packages/react/src/' },
      to: {
        pathNot: [
          sourceOf(['react', 'core']),
          inModules(['react', 'react-dom', '@types/react', '@types/react-dom']),
        ],
      },
    },
    {
      name: 'packages-import-no-private-code',
      comment: 'what is published imports nothing from apps, examples, benchmarks, tooling or trials',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: notProduction },
    },
    {
      name: 'no-relative-import-out-of-a-package',
      comment: 'another package is imported by its name',
      severity: 'error',
      from: {
        path: '^((?:packages|apps|examples)/[^/]+|benchmarks|tooling|trials)/',
        // Measures parts of core that nobody outside may rely on: the one door, under a name that says so.
        pathNot: '^benchmarks/src/core-internals[.]ts$',
      },
      to: {
        path: '^(?:packages|apps|examples|benchmarks|tooling|trials)/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'no-circular',
      comment: 'files that need each other to run are one idea in two files; types may name each other',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import'] } },
    },
    {
      name: 'no-unresolved',
      comment: 'every import leads somewhere; an address (`?url`) is found by Vite',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '[?]url$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    // A plain '/dist/' would hide the SDKs as well, and the rules about them could never fail.
    // The consumers' projects resolve nothing here: they are installed somewhere else.
    exclude: { path: '^(?:(?:packages|apps|examples)/[^/]+/dist|tooling/consumers/projects)/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@avatarwire/source', 'types', 'import', 'default'],
    },
  },
};
