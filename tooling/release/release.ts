import { join } from 'node:path';
import { waitingChangesets } from './changesets.ts';
import { changelogFaults, differenceFaults, packumentFaults, versionFaults } from './faults.ts';
import { tarballFaults } from './published.ts';
import type { Stage } from './stage.ts';
import { commitAll } from './working-copy.ts';
import { workspacesOf } from './workspaces.ts';

/** Releases what waits, as the workflow does; what went wrong with versions and changelogs. */
export async function release(stage: Stage, wanted: RegExp): Promise<string[]> {
  const { copy, outside, inside } = stage;
  const [before, waiting] = [workspacesOf(copy), waitingChangesets(copy)];
  await stage.script('release:version', outside);
  await commitAll(copy, 'a release', outside);
  await stage.script('release:publish', inside);
  const after = workspacesOf(copy);
  return [
    ...versionFaults(before, after, wanted),
    ...changelogFaults(after, waiting),
    ...waitingChangesets(copy).map(({ text }) => `a changeset is still there: ${text}`),
  ];
}

/** What everybody else sees: `versions` of every package, oldest first, and what they are tagged in the registry. */
export async function outcomeFaults(
  stage: Stage,
  versions: readonly string[],
  distTags: Readonly<Record<string, string>>,
): Promise<string[]> {
  const faults = workspacesOf(stage.copy).map(async (each) => {
    const packument = await stage.registry.packument(each.name);
    if (each.private) return packument === undefined ? [] : [`${each.name} is private, and was published`];
    if (packument === undefined) return [`${each.name} is not in the registry`];
    const newest = versions.at(-1) ?? '';
    return [
      ...packumentFaults(each.name, packument, versions, distTags),
      ...(await tarballFaults(each.name, packument, newest, join(stage.folder, 'published'), stage.outside)),
    ];
  });
  return (await Promise.all(faults)).flat();
}

/** Each released version of each package has its tag in git, and nothing else has. */
export async function tagFaults(stage: Stage, versions: readonly string[]): Promise<string[]> {
  const wanted = stage.published().flatMap(({ name }) => versions.map((version) => `${name}@${version}`));
  return differenceFaults('the tag', await stage.tags(), wanted);
}
