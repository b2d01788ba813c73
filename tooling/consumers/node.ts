import { join } from 'node:path';
import type { Check } from './check.ts';
import { programFaults } from './outcome.ts';
import { install, placeEmpty, placeProject } from './place.ts';
import { runBounded } from './run-bounded.ts';

/** The lowest that the packages promise, and the first of the next line that can `require` a module. */
const OTHER_NODES: Readonly<Record<string, string>> = {
  'node-20.19.0': 'npm:node@20.19.0',
  'node-22.12.0': 'npm:node@22.12.0',
};

/** `import` and `require` in the Node that runs this, and in the oldest ones, as the npm package `node` brings them. */
export const inNode: Check = async (tools) => {
  const place = placeProject(tools, 'node');
  const nodes = placeEmpty(tools, 'nodes', { dependencies: OTHER_NODES });
  const [refused, missing] = await Promise.all([install(place, ['--engine-strict']), install(nodes)]);
  if (refused.length + missing.length > 0) return [...refused, ...missing];
  const programs: [string, string][] = [
    [`node-${process.versions.node}`, process.execPath],
    ...Object.keys(OTHER_NODES).map((name): [string, string] => [
      name,
      join(nodes, 'node_modules', name, 'bin/node'),
    ]),
  ];
  const runs = programs.flatMap(([name, program]) =>
    ['talk.js', 'talk.cjs'].map(async (file) => {
      const run = await runBounded(program, [file], { cwd: place, withinMs: 30_000 });
      return programFaults(run).map((fault) => `${file} in ${name}: ${fault}`);
    }),
  );
  return (await Promise.all(runs)).flat();
};
