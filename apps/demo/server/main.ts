// `pnpm demo`: the page, the broker and the services behind it, on loopback only.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { BrokerStore } from '@avatarwire/broker';
import { readAccounts } from './accounts';
import { type AkoolAccount, readAkoolAccount } from './akool-account';
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
  const akool = readAkoolAccount(process.env);
  const demo = await startDemoServer({
    port,
    dev,
    accounts,
    akool,
    ...(akool && { store: await storeOf(akool) }),
    say,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // A second time ends it at once.
      void demo.close().finally(() => process.exit(0));
    });
  }

  const lines = [
    'avatarwire demo',
    '',
    demo.url,
    ...(akool ? ['', 'AKOOL on your account: sessions cost money until they are closed.'] : []),
    ...[...accounts.keys()].map((provider) => `${demo.url}/?service=own-room&provider=${provider}`),
    '',
    'Ctrl+C ends it, and every session.',
  ];
  say(`\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`);
}

/**
 * What a crash leaves open on a real account is closed by the next demo. A file for each account: what was opened with
 * one key cannot be closed with another.
 */
async function storeOf({ server, storeFile }: AkoolAccount): Promise<BrokerStore> {
  const { sqliteStore } = await import('@avatarwire/broker/sqlite');
  const account = createHash('sha256').update(JSON.stringify(server)).digest('hex').slice(0, 12);
  const standard = new URL(`../node_modules/.cache/demo-sessions-${account}.sqlite`, import.meta.url);
  return sqliteStore({ file: storeFile ?? fileURLToPath(standard) });
}
