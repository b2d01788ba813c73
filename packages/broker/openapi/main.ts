/** Writes `openapi.json` out of the source: `pnpm openapi`, in this package. */

import { writeFile } from 'node:fs/promises';
import { makeDocument } from './make-document';

const file = new URL('../openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(makeDocument(), null, 2)}\n`);
