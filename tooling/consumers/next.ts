import { withServer } from './background.ts';
import { visit } from './browser.ts';
import type { Check } from './check.ts';
import { failureOf } from './outcome.ts';
import { install, placeProject, programOf } from './place.ts';
import { renderedFaults } from './rendered.ts';
import { runBounded } from './run-bounded.ts';

/** Next.js and React themselves, and the session. */
const MOST_SCRIPT_BYTES = 1_000_000;

/** Rendered by a server, where there is no window; then the page talks in a real Chromium. */
export const inNext: Check = async (tools) => {
  const place = placeProject(tools, 'next');
  const refused = await install(place);
  if (refused.length > 0) return refused;
  const next = programOf(place, 'next');
  const build = await runBounded(process.execPath, [next, 'build'], { cwd: place });
  if (build.code !== 0) return [`the build failed: ${failureOf(build)}`];
  return withServer(
    [next, 'start', '--hostname', '127.0.0.1', '--port', '0'],
    { cwd: place, ready: /(http:\/\/127\.0\.0\.1:[1-9]\d*)[\s\S]*Ready in/ },
    async (url) => [
      ...renderedFaults(await (await fetch(url)).text()),
      ...(await visit(await tools.browser(), url, {
        mostScriptBytes: MOST_SCRIPT_BYTES,
        start: (page) => page.getByRole('button', { name: 'Talk' }).click(),
      })),
    ],
  );
};
