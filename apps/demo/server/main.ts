// `pnpm demo`: the page, and on demand a livekit-server with an avatar in it, on loopback only.
import { readArguments, usage } from './arguments';
import { startDemoServer } from './demo-server';

// rtc-node writes every step to standard output otherwise.
process.env['NODE_ENV'] ??= 'production';

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const { port, dev, help } = readArguments(process.argv.slice(2));
  if (help) say(usage);
  else await run(port, dev);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function run(port: number | undefined, dev: boolean): Promise<void> {
  const demo = await startDemoServer({ port, dev, say });
  say(`\n  avatarwire demo\n\n  ${demo.url}\n  ${demo.url}/?provider=livekit\n\n  Ctrl+C ends it.\n`);

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // A second time ends it at once.
      void demo.close().finally(() => process.exit(0));
    });
  }
}
