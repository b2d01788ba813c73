// `pnpm --filter @avatarwire/example-nextjs start`: without an account, unless AKOOL_API_KEY is set.
import { startMockAccount } from '@avatarwire/example-script-tag/mock-account';
import { startNext } from './start-next';

const { AKOOL_API_KEY, PORT = '8080' } = process.env;

// rtc-node, in which the mock's avatars live, writes every step to standard output otherwise.
Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV ?? 'production' });
const mock = AKOOL_API_KEY === undefined ? await startMockAccount(300) : undefined;
const next = await startNext(
  mock
    ? {
        AKOOL_API_KEY: mock.account.apiKey,
        AKOOL_BASE_URL: mock.account.baseUrl,
        // The mock's sessions end with it.
        BROKER_STORE: ':memory:',
      }
    : {},
  Number(PORT),
);
process.stdout.write(
  `${next.url}  (${mock ? 'a mock of AKOOL on this machine' : 'your account at AKOOL'})\n`,
);

async function end(): Promise<void> {
  await next.close();
  await mock?.close();
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
