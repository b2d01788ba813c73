import { statSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { visit } from './browser.ts';
import type { Check, Tools } from './check.ts';
import { failureOf } from './outcome.ts';
import { install, placeProject, programOf } from './place.ts';
import { runBounded } from './run-bounded.ts';
import { served } from './static-server.ts';

interface Bundled {
  readonly project: string;
  readonly build: readonly [program: string, ...args: string[]];
  /** What is served, in the project. */
  readonly page: string;
  /** Of the page's conversation, minified. Any vendor's SDK alone is more. */
  readonly mostScriptBytes: number;
}

/** Less than this, and the vendors' SDKs are not in what was built. */
const LEAST_BUILT_BYTES = 500_000;

export const withVite: Check = (tools) =>
  bundled(tools, { project: 'vite', build: ['vite', 'build'], page: 'dist', mostScriptBytes: 250_000 });

export const withWebpack: Check = (tools) =>
  bundled(tools, { project: 'webpack', build: ['webpack'], page: '.', mostScriptBytes: 200_000 });

/** Builds the project, and lets its page talk in a real Chromium. */
async function bundled(tools: Tools, { project, build, page, mostScriptBytes }: Bundled): Promise<string[]> {
  const place = placeProject(tools, project);
  const refused = await install(place);
  if (refused.length > 0) return refused;
  const [program, ...args] = build;
  const run = await runBounded(process.execPath, [programOf(place, program), ...args], { cwd: place });
  if (run.code !== 0) return [`the build failed: ${failureOf(run)}`];
  const warnings = run.output.split('\n').filter((line) => /warning/i.test(line) && /avatarwire/.test(line));
  const built = globSync('dist/**/*.js', { cwd: place });
  const bytes = built.reduce((sum, file) => sum + statSync(join(place, file)).size, 0);
  return [
    ...warnings,
    ...(bytes < LEAST_BUILT_BYTES ? [`${bytes} bytes were built: too few to have the SDKs in them`] : []),
    ...(await served(join(place, page), async (url) =>
      visit(await tools.browser(), url, { mostScriptBytes }),
    )),
  ];
}
