import type { Changeset } from './changesets.ts';
import type { Packument } from './registry.ts';

/** A workspace as a release sees it. */
export interface Released {
  readonly name: string;
  readonly version: string;
  readonly private: boolean;
  /** The text of its CHANGELOG.md; '' where it has none. */
  readonly changelog: string;
}

/** All published packages have to have `wanted`, and every private one what it had `before`. */
export function versionFaults(
  before: readonly Released[],
  after: readonly Released[],
  wanted: RegExp,
): string[] {
  const had = new Map(before.map(({ name, version }) => [name, version]));
  const published = after.filter((each) => !each.private);
  const [first] = published;
  if (first === undefined) return ['no package is published'];
  return after.flatMap((each) => {
    const was = had.get(each.name);
    if (each.private) {
      return each.version === was ? [] : [`${each.name} is private, and became ${each.version}`];
    }
    if (each.version === was) return [`${each.name} stayed at ${was}`];
    if (!wanted.test(each.version))
      return [`${each.name} became ${each.version}, which is not ${wanted.source}`];
    return each.version === first.version
      ? []
      : [`${each.name} became ${each.version}, and ${first.name} ${first.version}: all share one version`];
  });
}

/** Each package's changelog has to say, under the new version, what its changesets say. */
export function changelogFaults(after: readonly Released[], changesets: readonly Changeset[]): string[] {
  return after.flatMap((each) => {
    if (each.private) return each.changelog === '' ? [] : [`${each.name} is private, and got a changelog`];
    const section = collapsed(sectionOf(each.changelog, each.version));
    if (section === '') return [`${each.name} has no changelog of ${each.version}`];
    return changesets
      .filter(({ bumps, text }) => bumps[each.name] !== undefined && !section.includes(collapsed(text)))
      .map(({ text }) => `${each.name}: the changelog of ${each.version} lacks "${text.slice(0, 60)}…"`);
  });
}

/** What the registry has to say of a package: `versions`, in the order they were published, and `tags`. */
export function packumentFaults(
  name: string,
  packument: Packument | undefined,
  versions: readonly string[],
  tags: Readonly<Record<string, string>>,
): string[] {
  if (packument === undefined) return [`${name} is not in the registry`];
  const has = JSON.stringify(Object.keys(packument.versions));
  const tagged = JSON.stringify(sorted(packument['dist-tags']));
  return [
    ...(has === JSON.stringify(versions) ? [] : [`${name} has ${has} in the registry, not ${versions}`]),
    ...(tagged === JSON.stringify(sorted(tags))
      ? []
      : [`${name} is tagged ${tagged}, not ${JSON.stringify(tags)}`]),
  ];
}

export function differenceFaults(what: string, are: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...wanted.filter((each) => !are.includes(each)).map((each) => `${what} ${each} is missing`),
    ...are.filter((each) => !wanted.includes(each)).map((each) => `${what} ${each} should not be`),
  ];
}

function sectionOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m);
  return sections.find((section) => section.startsWith(`${version}\n`)) ?? '';
}

/** Changelogs indent and wrap. */
function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([one], [other]) => one.localeCompare(other));
}
