/** Writes the types of the broker's wire into core: `tsx tooling/openapi/main.ts`. */

import { writeFile } from 'node:fs/promises';
import { generateTypes, typesFile } from './generate.ts';

await writeFile(typesFile, await generateTypes());
