/** English as people write it: the pages of this project's documentation. What is repeated compresses better than anything people say. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const folders = ['guides', 'providers', 'services'];

/** So many bytes, all of them ASCII. */
export function prose(bytes: number): string {
  const files = folders.flatMap((folder) =>
    readdirSync(join(docs, folder))
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => join(docs, folder, name)),
  );
  const text = files
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
    .replace(/[^\n\x20-\x7e]/g, '');
  if (text.length < bytes) throw new Error(`The documentation has only ${text.length} bytes of ASCII.`);
  return text.slice(0, bytes);
}
