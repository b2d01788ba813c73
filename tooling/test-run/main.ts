// `pnpm test [vitest arguments]`: gets what the tests need, runs them, and says what could not be run.
import { spawn } from 'node:child_process';
import { prepareChromium } from '../setup/prepare-chromium.ts';
import { prepareLivekitServer } from '../setup/prepare-livekit-server.ts';
import { prepareRedisServer } from '../setup/prepare-redis-server.ts';
import { outcome, type Part } from './outcome.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

const parts: Part[] = [
  { name: 'Chromium', variable: 'CHROMIUM_BIN', result: await prepareChromium(say) },
  { name: 'livekit-server', variable: 'LIVEKIT_SERVER_BIN', result: await prepareLivekitServer(say) },
  { name: 'redis-server', variable: 'REDIS_SERVER_BIN', result: await prepareRedisServer(say) },
];
const vitest = await run('vitest', ['run', ...process.argv.slice(2)], environment(parts));
const { exitCode, lines } = outcome(vitest, parts, process.env['CI'] === 'true');
lines.forEach(say);
process.exitCode = exitCode;

function environment(prepared: readonly Part[]): NodeJS.ProcessEnv {
  const paths = prepared.flatMap(({ variable, result }) =>
    'path' in result ? [[variable, result.path]] : [],
  );
  return { ...process.env, ...(Object.fromEntries(paths) as Record<string, string>) };
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    spawn(program, args, { env, stdio: 'inherit' })
      .once('error', reject)
      .once('exit', (code) => resolve(code ?? 1));
  });
}
