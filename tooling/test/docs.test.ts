import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { packagesOf } from '../checks/workspace.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The text of one section, up to the next heading of its level. */
function section(text: string, heading: string): string {
  return text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** The members of a union of string literals, comments aside. */
function union(file: string, name: string): string[] {
  const body = new RegExp(`type ${name} =([^;]*);`).exec(
    read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
  );
  return [...(body?.[1] ?? '').matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
}

/** Keys and values of a constant table of strings. */
function table(file: string, name: string): [string, string][] {
  const body = new RegExp(`const ${name}[^=]*= \\{([^}]*)\\}`).exec(read(file));
  return [...(body?.[1] ?? '').matchAll(/^\s+'?([\w-]+)'?: '([a-z-]+)',$/gm)].map(
    ([, key = '', value = '']) => [key, value],
  );
}

function rowsUnder(text: string, header: string): string[] {
  const lines = text.split('\n');
  const from = lines.indexOf(header);
  const rows = from < 0 ? [] : lines.slice(from + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return end < 0 ? rows : rows.slice(0, end);
}

const headings = (text: string) => [...text.matchAll(/^### `([a-z-]+)`$/gm)].map((match) => match[1]);

test('troubleshooting has every code of an error and every reason of an end, and no other', () => {
  const page = read('docs/guides/troubleshooting.md');
  const codes = union('packages/core/src/errors.ts', 'AvatarErrorCode');
  const reasons = union('packages/core/src/session/close-reason.ts', 'CloseReason');

  expect(codes.length).toBeGreaterThan(20);
  expect(reasons.length).toBeGreaterThan(10);
  expect(headings(section(page, 'Errors')).sort()).toEqual(codes.sort());
  expect(headings(section(page, 'Close reasons')).sort()).toEqual(reasons.sort());
});

test('permissions has every reason why a device cannot be used, with its code', () => {
  const rows = rowsUnder(read('docs/guides/permissions.md'), '| `problem.reason` | what happened | code |');
  const codes = new Map(
    [...read('packages/core/src/media/problems.ts').matchAll(/^ {2}'?([a-z-]+)'?: \[\s*'([a-z-]+)'/gm)].map(
      ([, reason = '', code = '']) => [reason, code],
    ),
  );

  expect([...codes.keys()].sort()).toEqual(
    union('packages/core/src/local-media.ts', 'MediaProblemReason').sort(),
  );
  expect(rows.map((row) => [/^\| `([a-z-]+)`/.exec(row)?.[1], /`([a-z-]+)` \|$/.exec(row)?.[1]])).toEqual([
    ...codes,
  ]);
});

test.for([
  ['agora', '| Agora | ours |'],
  ['livekit', '| LiveKit | ours |'],
  ['trtc', '| TRTC | ours |'],
  ['webrtc', '| the browser says | the transport says |'],
] as const)("the page of %s has the reasons of its package's README", ([provider, header]) => {
  const reasons = rowsUnder(read(`packages/${provider}/README.md`), header);
  expect(reasons.length).toBeGreaterThan(4);
  expect(rowsUnder(read(`docs/providers/${provider}.md`), header)).toEqual(reasons);
});

test.for([
  ['agora', 'agora-events', 'CLOSE_REASONS', '| Agora | ours |'],
  ['livekit', 'livekit-events', 'CLOSE_REASONS', '| LiveKit | ours |'],
  ['trtc', 'trtc-events', 'KICK_REASONS', '| TRTC | ours |'],
] as const)(
  'the page of %s says of each reason of the SDK what the code makes of it',
  ([provider, file, name, header]) => {
    const reasons = table(`packages/${provider}/src/${file}.ts`, name);
    const rows = rowsUnder(read(`docs/providers/${provider}.md`), header);

    expect(reasons.length).toBeGreaterThan(2);
    for (const [theirs, ours] of reasons) {
      const row = rows.find(
        (each) => each.split(' | ')[0]?.includes(`\`${theirs}\``) && each.includes(`| \`${ours}\``),
      );
      expect(row, `${provider}: ${theirs} is ${ours}`).toBeDefined();
    }
  },
);

test('devices gives the figures of each quality', async () => {
  const rows = rowsUnder(
    read('docs/guides/devices.md'),
    '| quality | size | frames a second | bits a second, at most |',
  );
  const figures = [
    ...read('packages/core/src/media/video-qualities.ts').matchAll(
      /(\w+): Object\.freeze\(\{ width: ([\d_]+), height: ([\d_]+), framesPerSecond: (\d+), bitsPerSecond: ([\d_]+) \}\)/g,
    ),
  ].map(([, name, ...numbers]) => [name, ...numbers.map((number) => Number(number.replaceAll('_', '')))]);

  expect(figures).toHaveLength(3);
  expect(
    rows.map((row) => [
      /`(\w+)`/.exec(row)?.[1],
      ...[...row.matchAll(/[\d,]+\d/g)].map(([n]) => Number(n.replaceAll(',', ''))),
    ]),
  ).toEqual(figures);
});

test('every page of the sidebar is there, and upgrading names each SDK with the range of its adapter', () => {
  const sidebar = read('docs/.vitepress/sidebar.ts');
  const links = [...sidebar.matchAll(/page\('[^']+', '(\/[^']+)'\)/g)].map((match) => match[1] ?? '');
  const packages = packagesOf(root);
  const isThere = (link: string) =>
    existsSync(join(root, `docs${link}.md`)) || packages.some(({ name }) => link === `/packages/${name}`);

  expect(links.length).toBeGreaterThan(30);
  expect(links.filter((link) => !isThere(link))).toEqual([]);
  expect(packages.filter(({ name }) => !links.includes(`/packages/${name}`))).toEqual([]);
  const upgrading = read('docs/guides/upgrading.md');
  for (const name of ['agora', 'livekit', 'trtc'])
    for (const [sdk, range] of Object.entries(
      packages.find((each) => each.name === name)?.manifest.peerDependencies ?? {},
    ))
      expect(upgrading).toContain(`| \`${sdk}\` | \`${range}\` |`);
});
