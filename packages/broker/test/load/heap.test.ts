import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../stores/temporary-folder';

const PROGRAM = fileURLToPath(new URL('./heap-main.ts', import.meta.url));
const ROUNDS = 9;
const SESSIONS = 1_000;
/** Until code is compiled and pools are filled. */
const WARM_UP = 3;
/** Far less than a record takes up. */
const BYTES_A_SESSION = 150;

test(`a broker in a process of its own, loaded with ${ROUNDS} rounds of ${SESSIONS} sessions over a real SQLite file and a double of a service, keeps nothing of them in its heap`, {
  timeout: 180_000,
}, async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--conditions=@avatarwire/source', '--expose-gc', '--import', 'tsx', PROGRAM],
    ...[join(folder.path, 'broker.sqlite'), `${ROUNDS}`, `${SESSIONS}`],
  ]);
  const heap = (JSON.parse(stdout) as number[]).slice(WARM_UP);
  expect(heap).toHaveLength(ROUNDS - WARM_UP);
  const grown = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
  expect(grown).toBeLessThan(BYTES_A_SESSION * SESSIONS * (heap.length - 1));
});
