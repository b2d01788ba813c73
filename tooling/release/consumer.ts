import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Manifest } from '../checks/workspace.ts';
import type { Run } from './run.ts';

/** What a conversation needs: core, the simulator and one adapter with its SDK. */
export const conversationPackages: readonly string[] = [
  '@avatarwire/core',
  '@avatarwire/simulator',
  '@avatarwire/livekit',
];

const conversation = `
  import assert from 'node:assert/strict';
  import { createAvatarSession } from '@avatarwire/core';
  import { livekit } from '@avatarwire/livekit';
  import { simulate } from '@avatarwire/simulator';

  assert.equal(livekit().provider, 'livekit');
  const sim = simulate({ policy: 'livekit', reply: (text) => 'You asked ' + text.length + ' letters.' });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  await sim.run(session.ask('Why? '.repeat(3_000)));
  await sim.advance(5_000);
  assert.equal(sim.avatar.heard.messages[0]?.text.length, 15_000);
  assert.deepEqual(sim.network.violations, []);
  assert.equal(session.getSnapshot().messages.at(-1)?.text, 'You asked 15000 letters.');
  await sim.run(session.close());
  assert.equal(sim.service.open, 0);
`;

/** Installs what a conversation needs in an empty folder, by npm, and has one. `tag`: such as `next`. */
export async function conversationFaults(
  folder: string,
  version: string,
  tag: string,
  npm: Run,
): Promise<string[]> {
  await install(
    folder,
    conversationPackages.map((name) => `${name}@${tag}`),
    npm,
  );
  await npm('node', ['--input-type=module', '--eval', conversation], folder);
  return installedFaults(folder, version, `the conversation with ${tag}`);
}

/** Installs one package in an empty folder, by npm, with what it needs itself, and imports its every entry. */
export async function importFaults(
  folder: string,
  name: string,
  version: string,
  npm: Run,
): Promise<string[]> {
  await install(folder, [name], npm);
  await npm('node', ['--input-type=module', '--eval', importing(folder, name)], folder);
  return installedFaults(folder, version, name);
}

async function install(folder: string, packages: readonly string[], npm: Run): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npm('npm', ['install', '--no-audit', '--no-fund', ...packages], folder);
}

/** An entry over an optional peer, such as a test runner's, cannot be imported where the peer was not asked for. */
function importing(folder: string, name: string): string {
  const file = join(folder, 'node_modules', name, 'package.json');
  const { exports = {}, peerDependenciesMeta = {} } = JSON.parse(readFileSync(file, 'utf8')) as Manifest & {
    peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  };
  const entries = Object.entries(exports).filter(([, target]) => typeof target === 'object');
  const optional = Object.keys(peerDependenciesMeta);
  return `
    const without = ${JSON.stringify(optional.map((peer) => `Cannot find package '${peer}'`))};
    for (const entry of ${JSON.stringify(entries.map(([entry]) => name + entry.slice(1)))}) {
      await import(entry).catch((error) => {
        if (!without.some((start) => error.message.startsWith(start))) throw error;
      });
    }
  `;
}

/** What of ours npm installed has to be there once, in this version. */
function installedFaults(folder: string, version: string, what: string): string[] {
  const manifests = globSync('**/node_modules/@avatarwire/*/package.json', { cwd: folder }).sort();
  const installed = manifests.map((file) => {
    const manifest = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return `${manifest.name}@${manifest.version}`;
  });
  const twice = installed.filter((each, index) => installed.indexOf(each) !== index);
  return [
    ...twice.map((each) => `${what}: npm installed ${each} twice`),
    ...installed
      .filter((each) => !each.endsWith(`@${version}`))
      .map((each) => `${what}: npm installed ${each}, not ${version}`),
  ];
}
