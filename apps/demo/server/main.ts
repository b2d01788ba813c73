// `pnpm demo`: the page, and on demand a livekit-server with an avatar in it, on loopback only.
import { type AccountProvider, readAccounts } from './accounts';
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
  const accounts = readAccounts(process.env);
  const demo = await startDemoServer({ port, dev, accounts, say });
  const onAccount = (provider: AccountProvider) =>
    accounts.has(provider) ? 'on your account' : 'local emulation';
  const lines = [
    'avatarwire demo',
    '',
    demo.url,
    `${demo.url}/?provider=livekit`,
    `${demo.url}/?provider=agora    ${onAccount('agora')}`,
    `${demo.url}/?provider=trtc     ${onAccount('trtc')}`,
    '',
    'Ctrl+C ends it.',
  ];
  say(`\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`);

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // A second time ends it at once.
      void demo.close().finally(() => process.exit(0));
    });
  }
}
