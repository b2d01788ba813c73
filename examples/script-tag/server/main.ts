// `pnpm --filter @avatarwire/example-script-tag start`: without an account, unless AKOOL_API_KEY is set.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startExample } from './example-server';
import { startMockAccount } from './mock-account';
import { type Account, createPaidSessions } from './paid-sessions';

const {
  AKOOL_API_KEY: apiKey,
  AVATAR_ID: avatarId,
  STREAM_TYPE: provider,
  PORT: port = '8080',
} = process.env;
const durationSeconds = 300;
const scriptPackage = fileURLToPath(import.meta.resolve('@avatarwire/streaming-avatar/package.json'));

// rtc-node, in which the mock's avatars live, writes every step to standard output otherwise.
process.env['NODE_ENV'] ??= 'production';
const mock = apiKey === undefined ? await startMockAccount(durationSeconds) : undefined;
const account: Account = mock?.account ?? {
  baseUrl: 'https://openapi.akool.com',
  apiKey: apiKey ?? '',
  avatarId: avatarId ?? 'dvp_Tristan_cloth2_1080P',
  provider: provider === 'livekit' || provider === 'trtc' ? provider : 'agora',
  durationSeconds,
};
const server = await startExample({
  sessions: createPaidSessions(account),
  scriptFolder: join(dirname(scriptPackage), 'dist/script'),
  port: Number(port),
});
process.stdout.write(
  `${server.url}  (${mock ? 'a mock of AKOOL on this machine' : 'your account at AKOOL'})\n`,
);

async function end(): Promise<void> {
  await server.close();
  await mock?.close();
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
