import { join } from 'node:path';
import { type Bump, plantChangeset, waitingChangesets } from './changesets.ts';
import { conversationFaults, conversationPackages, importFaults } from './consumer.ts';
import { versionFaults } from './faults.ts';
import { outcomeFaults, release, tagFaults } from './release.ts';
import { openStage, type Stage } from './stage.ts';
import { copyWorkingTree } from './working-copy.ts';
import { workspacesOf } from './workspaces.ts';

/** Runs one step and notes its faults. */
export type Step = (name: string, run: () => Promise<readonly string[]>) => Promise<void>;

/**
 * Two releases and a snapshot of the tree at `root`, with the scripts that the workflow runs, to a registry on loopback;
 * what was published is installed in empty folders by npm. Everything happens in `folder`. What is published was built
 * before: the packages' `dist` are taken as they are.
 */
export async function rehearse(root: string, folder: string, step: Step): Promise<void> {
  const stage = await openStage(folder);
  try {
    await step('a copy of the tree', async () => {
      await copyWorkingTree(root, stage.copy, stage.outside);
      if (waitingChangesets(stage.copy).length === 0) plant(stage, 'patch');
      return [];
    });
    const first = await firstRelease(stage, step);
    const second = await secondRelease(stage, first, step);
    await snapshot(stage, [first, second], step);
  } finally {
    await stage.registry.stop();
  }
}

async function firstRelease(stage: Stage, step: Step): Promise<string> {
  const { folder, inside } = stage;
  await step('a release of all that waits', () => release(stage, /^\d+\.\d+\.\d+$/));
  const version = versionOf(stage);
  const outcome = async () => [
    ...(await outcomeFaults(stage, [version], { latest: version })),
    ...(await tagFaults(stage, [version])),
  ];
  await step(`${version} in the registry`, outcome);
  await step('a conversation with it', () =>
    conversationFaults(join(folder, 'first'), version, 'latest', inside),
  );
  for (const { name } of stage.published().filter((each) => !conversationPackages.includes(each.name))) {
    await step(`an import of ${name}`, () =>
      importFaults(join(folder, 'alone', name), name, version, inside),
    );
  }
  await step('publishing again, which publishes nothing', async () => {
    await stage.script('release:publish', inside);
    return outcome();
  });
  return version;
}

async function secondRelease(stage: Stage, first: string, step: Step): Promise<string> {
  const second = bumped(first, 'patch');
  await step('a patch of one package, which makes one of all', () => {
    plant(stage, 'patch');
    return release(stage, exactly(second));
  });
  await step(`${second} in the registry`, async () => [
    ...(await outcomeFaults(stage, [first, second], { latest: second })),
    ...(await tagFaults(stage, [first, second])),
  ]);
  await step('a conversation with it', () =>
    conversationFaults(join(stage.folder, 'second'), second, 'latest', stage.inside),
  );
  return second;
}

async function snapshot(stage: Stage, versions: readonly [string, string], step: Step): Promise<void> {
  const [, latest] = versions;
  await step('a snapshot of nothing, which is refused', () =>
    stage.script('release:snapshot', stage.inside).then(
      () => ['a snapshot was made although no changeset waits'],
      () => [],
    ),
  );
  await step('a snapshot', async () => {
    const before = workspacesOf(stage.copy);
    plant(stage, 'minor');
    await stage.script('release:snapshot', stage.inside);
    return versionFaults(before, workspacesOf(stage.copy), exactly(bumped(latest, 'minor'), '-next-\\d{14}'));
  });
  const version = versionOf(stage);
  await step(`${version} in the registry, only under its tag`, async () => [
    ...(await outcomeFaults(stage, [...versions, version], { latest, next: version })),
    ...(await tagFaults(stage, versions)),
  ]);
  for (const [tag, wanted] of [
    ['next', version],
    ['latest', latest],
  ] as const) {
    await step(`a conversation with ${tag}`, () =>
      conversationFaults(join(stage.folder, tag), wanted, tag, stage.inside),
    );
  }
}

/** For one package alone: the others have to follow it. */
function plant({ copy }: Stage, bump: Bump): void {
  const text = `A planted ${bump}, for the rehearsal.`;
  plantChangeset(copy, 'planted', { bumps: { '@avatarwire/llm': bump }, text });
}

function versionOf(stage: Stage): string {
  return stage.published()[0]?.version ?? '';
}

function bumped(version: string, bump: 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function exactly(version: string, more = ''): RegExp {
  return new RegExp(`^${version.replaceAll('.', '\\.')}${more}$`);
}
