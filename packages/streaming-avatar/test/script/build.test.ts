// The script as it is published, built from source by a real esbuild.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltScript, buildScript } from '../../script-build/build-script.ts';
import { licensesOf } from '../../script-build/licenses.ts';

let folder: string;
let built: BuiltScript;
const read = async (file: string) => readFile(join(folder, 'one', file));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streaming-avatar-build-'));
  built = await buildScript(join(folder, 'one'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the same sources give the same bytes', async () => {
  await buildScript(join(folder, 'two'));
  const files = (await readdir(join(folder, 'one'))).sort();
  expect((await readdir(join(folder, 'two'))).sort()).toEqual(files);
  for (const file of files) {
    expect((await read(file)).equals(await readFile(join(folder, 'two', file))), file).toBe(true);
  }
});

test('integrity.json has the hash of the script and of each adapter, and the script has those of the adapters in it', async () => {
  const listed = JSON.parse(String(await read('integrity.json'))) as Record<string, string>;
  expect(Object.keys(listed).sort()).toEqual(['streaming-avatar.js', ...Object.values(built.chunks)].sort());
  const main = String(await read('streaming-avatar.js'));
  for (const [file, integrity] of Object.entries(listed)) {
    const hash = createHash('sha384')
      .update(await read(file))
      .digest('base64');
    expect(integrity).toBe(`sha384-${hash}`);
    expect(main.includes(integrity), file).toBe(file !== 'streaming-avatar.js');
  }
});

test('every file is a classic script: nothing is imported by a name, and nothing tells of the machine', async () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  for (const file of Object.keys(built.integrity)) {
    const code = String(await read(file));
    expect(await importedBy(code), file).toEqual([]);
    expect(code.includes(root), file).toBe(false);
    expect(() => new Function(code), file).not.toThrow();
  }
});

/** What is left to be imported when it runs, by name or by address. */
async function importedBy(code: string): Promise<string[]> {
  const found: string[] = [];
  const note: Plugin = {
    name: 'note',
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ path }) => {
        found.push(path);
        return { path, external: true };
      });
    },
  };
  await build({ stdin: { contents: code }, bundle: true, write: false, format: 'esm', plugins: [note] });
  return found;
}

test('an import that was left in a file would be found', async () => {
  expect(await importedBy("import('livekit-client')")).toEqual(['livekit-client']);
});

test('beside it stands which work of others is in it, and under which licences', async () => {
  const text = String(await read('third-party.txt'));
  for (const name of ['agora-rtc-sdk-ng', 'livekit-client', 'trtc-sdk-v5', 'webrtc-adapter', 'axios']) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  }
  expect(text).toContain('Apache License');
});

test('a package under a licence that is not known to permit it ends the build', async () => {
  const closed = join(folder, 'node_modules', 'closed');
  await mkdir(closed, { recursive: true });
  const manifest = { name: 'closed', version: '1.0.0', license: 'SEE LICENSE IN EULA' };
  await writeFile(join(closed, 'package.json'), JSON.stringify(manifest));
  await expect(licensesOf([join(closed, 'index.js')])).rejects.toThrow(/closed 1\.0\.0 may not be bundled/);
});
