import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeTree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A small workspace that keeps every rule. */
const sound: Record<string, string> = {
  'tsconfig.base.json': '{ "compilerOptions": { "moduleResolution": "bundler", "module": "ESNext" } }',
  ...ourPackage('core', {
    'src/index.ts': "export * from './errors';",
    'src/errors.ts': "import type {} from './index'; export const broken = 1;",
  }),
  ...ourPackage('webrtc', {
    'src/index.ts': "export * from './webrtc-transport';",
    'src/webrtc-transport.ts': "import { broken } from '@avatarwire/core'; export const webrtc = broken;",
  }),
  ...ourPackage(
    'livekit',
    {
      'src/index.ts': "export * from './livekit-transport';",
      'src/livekit-transport.ts': `
        import { broken } from '@avatarwire/core'; import type { Room } from './livekit-sdk';
        export const load = (): Promise<Room> => import('livekit-client').then(() => broken as never);`,
      'src/livekit-sdk.ts': `
        import type { Room } from 'livekit-client'; type Sdk = typeof import('livekit-client'); export type { Room, Sdk };`,
      'test/conformance.test.ts':
        "import { cases } from '@avatarwire/conformance'; import '../src/index'; cases();",
    },
    ['livekit-client'],
  ),
  ...ourPackage(
    'conformance',
    {
      'src/index.ts': "import { broken } from '@avatarwire/core'; export const cases = () => broken;",
      'src/vitest.ts':
        "import { test } from 'vitest'; import { cases } from './index'; export const run = () => test(cases());",
    },
    ['vitest'],
  ),
  ...ourPackage(
    'react',
    {
      'src/index.ts':
        "import { broken } from '@avatarwire/core'; import { use } from 'react'; export const a = [broken, use];",
    },
    ['react'],
  ),
  ...ourPackage(
    'simulator',
    {
      'src/index.ts': "import { broken } from '@avatarwire/core'; export const simulate = () => broken;",
      'src/webrtc/index.ts':
        "import { webrtc } from '@avatarwire/webrtc'; import { simulate } from '../index'; simulate(); webrtc;",
      'src/livekit/index.ts':
        "import type { Room } from '@livekit/rtc-node'; export const bot = (room: Room) => room;",
    },
    ['@livekit/rtc-node'],
  ),
  'apps/demo/src/main.ts': "import '@avatarwire/livekit'; import '@avatarwire/simulator';",
  'tooling/index.ts': 'export const tool = 1;',
};

/** What of other people's code the trees import. */
const outside = Object.fromEntries(
  ['livekit-client', '@livekit/rtc-node', 'react', 'vitest'].flatMap((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`node_modules/${name}/index.js`, ''],
  ]),
) as Record<string, string>;

/** One fault each: the rule that has to see it, the file that gets it, what is added, and where that leads. */
const faults: [rule: string, file: string, code: string, to: string][] = [
  ['core-imports-nothing', 'core/src/errors.ts', "import type {} from 'livekit-client';", 'livekit-client'],
  ['core-imports-nothing', 'core/src/errors.ts', "import 'node:fs';", 'fs'],
  [
    'core-imports-only-what-the-map-says',
    'core/src/errors.ts',
    "import '@avatarwire/react';",
    'react/src/index.ts',
  ],
  [
    'livekit-imports-only-what-the-map-says',
    'livekit/src/index.ts',
    "import '@avatarwire/webrtc';",
    'webrtc/src/index.ts',
  ],
  [
    'livekit-imports-only-what-the-map-says',
    'livekit/src/index.ts',
    "import '@avatarwire/react';",
    'react/src/index.ts',
  ],
  ['livekit-imports-only-core-and-its-sdk', 'livekit/src/index.ts', "import 'node:fs';", 'fs'],
  [
    'webrtc-imports-only-core-and-its-sdk',
    'webrtc/src/index.ts',
    "import type {} from 'livekit-client';",
    'livekit-client',
  ],
  [
    'webrtc-imports-only-what-the-map-says',
    'webrtc/src/index.ts',
    "import '@avatarwire/livekit';",
    'livekit/src/index.ts',
  ],
  [
    'sdk-only-on-connect',
    'livekit/src/livekit-sdk.ts',
    "import { c } from 'livekit-client'; c;",
    'livekit-client',
  ],
  [
    'sdk-only-on-connect',
    'simulator/src/livekit/index.ts',
    "import { R } from '@livekit/rtc-node'; R;",
    'rtc-node',
  ],
  [
    'conformance-imports-only-what-the-map-says',
    'conformance/src/index.ts',
    "import '@avatarwire/livekit';",
    'livekit/src/index.ts',
  ],
  [
    'conformance-knows-no-vendor',
    'conformance/src/vitest.ts',
    "import type {} from 'livekit-client';",
    'livekit-client',
  ],
  ['vitest-only-in-its-entry', 'conformance/src/index.ts', "export * from './vitest';", 'vitest'],
  [
    'react-imports-only-what-the-map-says',
    'react/src/index.ts',
    "import '@avatarwire/simulator';",
    'simulator/src/index.ts',
  ],
  ['react-imports-only-core-and-react', 'react/src/index.ts', "import 'livekit-client';", 'livekit-client'],
  [
    'simulator-main-stands-on-core',
    'simulator/src/index.ts',
    "export * from './webrtc/index';",
    'webrtc/src/index.ts',
  ],
  [
    'simulator-webrtc-only-behind-its-entry',
    'simulator/src/livekit/index.ts',
    "import '@avatarwire/webrtc';",
    'webrtc/src/index.ts',
  ],
  [
    'simulator-imports-only-what-the-map-says',
    'simulator/src/index.ts',
    "import '@avatarwire/livekit';",
    'livekit/src/index.ts',
  ],
  [
    'packages-import-no-private-code',
    'core/src/index.ts',
    "import '../../../tooling/index';",
    'tooling/index.ts',
  ],
  [
    'no-relative-import-out-of-a-package',
    'webrtc/test/a.test.ts',
    "import '../../core/src/index';",
    'core/src/index.ts',
  ],
  ['no-circular', 'core/src/errors.ts', "export * from './index';", 'core/src/index.ts'],
  ['no-unresolved', 'react/src/index.ts', "import './not-there';", './not-there'],
  ['package-not-on-the-map', 'extra/src/index.ts', "import '@avatarwire/core';", 'core/src/index.ts'],
];

test('a workspace that keeps every arrow passes', () => {
  expect(cruise(sound).violations).toEqual([]);
});

describe('with one fault of each kind planted', () => {
  let result: Result;

  beforeAll(() => {
    const files = { ...sound, ...ourPackage('extra', {}) };
    for (const [, file, code] of faults)
      files[`packages/${file}`] = `${files[`packages/${file}`] ?? ''}\n${code}\n`;
    result = cruise(files);
  });

  test.each(faults)('%s: %s with %s', (rule, file, _code, to) => {
    const seen = result.violations.filter((each) => each.rule === rule && each.from === `packages/${file}`);

    expect(seen.map((each) => each.to)).toContainEqual(expect.stringContaining(to));
  });

  test('no rule is without a fault that proves it', () => {
    const planted = new Set(faults.map(([rule]) => rule));

    expect(result.rules.filter((rule) => !planted.has(rule))).toEqual([]);
  });
});

interface Result {
  readonly rules: readonly string[];
  readonly violations: readonly { rule: string; from: string; to: string }[];
}

function cruise(files: Record<string, string>): Result {
  const tree = makeTree({ ...files, ...outside });
  try {
    for (const name of ['core', 'conformance', 'livekit', 'react', 'simulator', 'webrtc']) {
      tree.link(`node_modules/@avatarwire/${name}`, `packages/${name}`);
    }
    const config = join(root, 'tooling/checks/arrows.config.js');
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/depcruise'),
      ['--config', config, '--output-type', 'json', 'packages', 'apps', 'tooling'],
      { cwd: tree.folder, encoding: 'utf8', maxBuffer: 1e8 },
    );
    const { summary } = JSON.parse(stdout);
    return {
      rules: summary.ruleSetUsed.forbidden.map((rule: { name: string }) => rule.name),
      violations: summary.violations.map((each: { rule: { name: string }; from: string; to: string }) => ({
        rule: each.rule.name,
        from: each.from,
        to: each.to,
      })),
    };
  } finally {
    tree.remove();
  }
}

function ourPackage(
  name: string,
  files: Record<string, string>,
  peers: string[] = [],
): Record<string, string> {
  const manifest = {
    name: `@avatarwire/${name}`,
    type: 'module',
    exports: { '.': { '@avatarwire/source': './src/index.ts', default: './dist/index.js' } },
    peerDependencies: Object.fromEntries(peers.map((peer) => [peer, '*'])),
  };
  const all = { 'package.json': JSON.stringify(manifest), ...files };
  return Object.fromEntries(Object.entries(all).map(([file, text]) => [`packages/${name}/${file}`, text]));
}
