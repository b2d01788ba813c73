// `pnpm --filter @avatarwire/example-express start`: without an account, unless AKOOL_API_KEY is set.
import { fileURLToPath } from 'node:url';
import { memoryStore } from '@avatarwire/broker/memory';
import { sqliteStore } from '@avatarwire/broker/sqlite';
import { startMockAccount } from '@avatarwire/example-script-tag/mock-account';
import { startApp } from './app';

const { AKOOL_API_KEY: apiKey, AVATAR_ID: avatarId, PORT: port = '8080' } = process.env;
const inFolder = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

// rtc-node, in which the mock's avatars live, writes every step to standard output otherwise.
process.env['NODE_ENV'] ??= 'production';
const mock = apiKey === undefined ? await startMockAccount(300) : undefined;
const app = await startApp({
  ...(mock?.account ?? { apiKey: apiKey ?? '', avatarId: avatarId ?? 'dvp_Tristan_cloth2_1080P' }),
  // The mock's sessions end with it.
  store: mock ? memoryStore() : sqliteStore({ file: inFolder('sessions.sqlite') }),
  logger: console,
  pageFolder: inFolder('dist'),
  port: Number(port),
});
process.stdout.write(`${app.url}  (${mock ? 'a mock of AKOOL on this machine' : 'your account at AKOOL'})\n`);

async function end(): Promise<void> {
  await app.close();
  await mock?.close();
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
