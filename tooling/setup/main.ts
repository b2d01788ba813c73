// `pnpm setup:tests`: gets what the tests need beyond npm packages, and says where it is.
import { prepareChromium } from './prepare-chromium.ts';
import { prepareLivekitServer } from './prepare-livekit-server.ts';
import { prepareRedisServer } from './prepare-redis-server.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

for (const [name, prepare] of [
  ['Chromium', prepareChromium],
  ['livekit-server', prepareLivekitServer],
  ['redis-server', prepareRedisServer],
] as const) {
  const result = await prepare(say);
  say('path' in result ? `${name}: ${result.path}` : `${name}: MISSING, ${result.missing}`);
  if ('missing' in result) process.exitCode = 1;
}
