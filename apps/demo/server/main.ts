// `pnpm demo`: the page, the broker and the services behind it, on loopback only.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { BrokerStore } from '@avatarwire/broker';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { companies } from '../src/choice/companies';
import { readAccounts } from './accounts';
import { readArguments, usage } from './arguments';
import { startDemoServer } from './demo-server';
import { readServiceAccounts, type ServiceAccounts } from './service-accounts';

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
  const services = readServiceAccounts(process.env);
  const demo = await startDemoServer({
    port,
    dev,
    accounts,
    services: services.accounts,
    ...(services.accounts.length > 0 && { store: await storeOf(services) }),
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
    ...services.accounts.map(
      ({ company }) =>
        `${companies[company].name} on your account: sessions cost money until they are closed.`,
    ),
    ...[...accounts.keys()].map((provider) => `${demo.url}/?service=own-room&provider=${provider}`),
    ...(findLivekitServer() === undefined
      ? [
          '',
          'Without a livekit-server: "npx pnpm@10 test" gets one, for LiveAvatar’s mock and all that goes over LiveKit.',
        ]
      : []),
    '',
    'Ctrl+C ends it, and every session.',
  ];
  say(`\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`);
}

/**
 * What a crash leaves open on a real account is closed by the next demo. A file for each set of accounts: what was opened
 * with one key cannot be closed with another.
 */
async function storeOf({ accounts, storeFile }: ServiceAccounts): Promise<BrokerStore> {
  const { sqliteStore } = await import('@avatarwire/broker/sqlite');
  const digests = accounts.map(({ digest }) => digest).join();
  const name = createHash('sha256').update(digests).digest('hex').slice(0, 12);
  const standard = new URL(`../node_modules/.cache/demo-sessions-${name}.sqlite`, import.meta.url);
  return sqliteStore({ file: storeFile ?? fileURLToPath(standard) });
}
