/** The types of the broker's wire, out of its OpenAPI document: what core's client is checked against. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const root = new URL('../../', import.meta.url);

export const documentFile = new URL('packages/broker/openapi.json', root);
export const typesFile = new URL('packages/core/src/broker/openapi.ts', root);

const HEADER = `/**
 * Written by \`tsx tooling/openapi/main.ts\` out of packages/broker/openapi.json: change that, and run it again.
 */

`;

/** Always empty in a document without webhooks or definitions of its own. */
const UNUSED = new Set(['webhooks', '$defs']);

/** The whole file, formatted. */
export async function generateTypes(): Promise<string> {
  const nodes = await openapiTypescript(documentFile);
  const used = nodes.filter((node) => !(ts.isTypeAliasDeclaration(node) && UNUSED.has(node.name.text)));
  return formatted(HEADER + astToString(used));
}

function formatted(text: string): string {
  const path = fileURLToPath(typesFile);
  const biome = fileURLToPath(new URL('node_modules/.bin/biome', root));
  const { stdout, stderr, status } = spawnSync(biome, ['format', `--stdin-file-path=${path}`], {
    cwd: fileURLToPath(root),
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`biome could not format the types: ${stderr}`);
  return stdout;
}
