import { findLivekitServer, startLivekitServer } from '../livekit-server/index.ts';
import { withServer } from './background.ts';
import { visit } from './browser.ts';
import type { Check } from './check.ts';
import { install, placeProject } from './place.ts';

/** The script, and the adapter of the one network that is used: of the three, no more. */
const MOST_SCRIPT_BYTES = 800_000;

/** The published script in a page without a bundler: real Chromium, real livekit-server, the mock of AKOOL. */
export const byScriptTag: Check = async (tools) => {
  if (findLivekitServer() === undefined) return ['no livekit-server here: run `pnpm setup:tests`'];
  const place = placeProject(tools, 'script-tag');
  const refused = await install(place);
  if (refused.length > 0) return refused;
  const livekit = await startLivekitServer();
  try {
    const env = {
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      // rtc-node writes every step to its standard output otherwise.
      NODE_ENV: 'production',
    };
    const ready = /Ready at (http:\S+)\n/;
    return await withServer(['server.js'], { cwd: place, env, ready }, async (url) =>
      visit(await tools.browser(), url, { mostScriptBytes: MOST_SCRIPT_BYTES }),
    );
  } finally {
    await livekit.stop();
  }
};
