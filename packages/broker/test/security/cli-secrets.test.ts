import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMockServices } from '@avatarwire/simulator/services';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CLOSE_SECRET, stage as cliStage, close, open, opened, runCli, startCli } from '../cli/process';
import { KEYS, plantedRooms } from './support/services';
import { expectNowhere } from './support/spellings';

const REDIS_PASSWORD = 'redis-password+/71c0"e9';
const REDIS_URL = `redis://broker:${encodeURIComponent(REDIS_PASSWORD)}@127.0.0.1`;
const JWT_SECRET = 'jwt-secret+/of-at-least-32-bytes"5f1e';

async function environmentOf() {
  const mock = await startMockServices({
    keys: KEYS,
    rooms: plantedRooms,
    akool: { avatars: ['guide'], queueMs: 0 },
  });
  onTestFinished(() => mock.close());
  const { environment, folder } = await cliStage();
  const { AKOOL_API_KEY: _other, ...rest } = environment;
  const secretFile = join(folder, 'akool-secret');
  await writeFile(secretFile, `${KEYS.akool.clientSecret}\n`);
  onTestFinished(() => rm(secretFile, { force: true }));
  return {
    mock,
    environment: {
      ...rest,
      AKOOL_BASE_URL: mock.urls.akool,
      AKOOL_CLIENT_ID: KEYS.akool.clientId,
      AKOOL_CLIENT_SECRET_FILE: secretFile,
      AVATARWIRE_MODEL_BASE_URL: mock.urls.model,
      AVATARWIRE_MODEL_API_KEY: KEYS.model,
      AVATARWIRE_MODEL_NAME: 'mock-model',
      AVATARWIRE_LOG_LEVEL: 'debug',
      AVATARWIRE_OPENS_PER_MINUTE: '1000',
      AVATARWIRE_SESSIONS_PER_CALLER: '1000',
      AVATARWIRE_OPEN_MS: '1500',
      AVATARWIRE_SWEEP_EVERY_MS: '50',
    },
  };
}

test('the real command with a client secret out of a file: nothing on its outputs, in its metrics or in an error', async () => {
  const { mock, environment } = await environmentOf();
  const { url, metricsUrl, child, ended } = await startCli(environment);
  const answers: string[] = [];
  const keep = async (asked: Promise<Response>) => {
    const response = await asked;
    answers.push(`${[...response.headers].join('\n')}\n${await response.text()}`);
    return response.status;
  };
  const { sessionId, credentials } = await opened(url);
  const spoken = `${KEYS.akool.clientSecret} ${KEYS.model} ${credentials.token} ${CLOSE_SECRET}`;
  for (const failure of [
    { name: 'code', code: 1_101, message: spoken },
    { name: 'code', code: 1_104, message: spoken },
    { name: 'code', code: 1_104, status: 400, message: spoken },
    { name: 'server-error' },
    { name: 'reset' },
    { name: 'cut' },
    { name: 'malformed' },
    { name: 'oversize' },
    { name: 'unanswered' },
  ] as const) {
    mock.akool.fail(failure, { times: 3 });
    await keep(open(url));
    mock.akool.clearFailures();
  }
  const chat = () =>
    fetch(`${url}/sessions/${sessionId}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }),
    });
  for (const failure of [
    { name: 'code', code: 'x', status: 401, message: spoken },
    { name: 'malformed' },
  ] as const) {
    mock.model.fail(failure, { times: 3 });
    expect(await keep(chat())).toBe(502);
    mock.model.clearFailures();
  }
  mock.akool.fail({ name: 'code', code: 1_104, message: spoken }, { on: 'session.close', times: 1 });
  expect(await keep(close(url, sessionId))).toBe(202);
  await vi.waitFor(
    () => expect(mock.akool.sessions.some(({ ended: at }) => at !== undefined)).toBe(true),
    20_000,
  );
  const metrics = await (await fetch(metricsUrl)).text();
  child.kill('SIGTERM');
  const { out, err } = await ended;
  expect(out.split('\n').length).toBeGreaterThan(20);
  const secrets = [KEYS.akool.clientSecret, KEYS.model, CLOSE_SECRET, credentials.token];
  expectNowhere(secrets, { out, err, metrics, answers: answers.join('\n') });
}, 90_000);

test.each([
  ['a Redis that is not there', { AVATARWIRE_REDIS_URL: `${REDIS_URL}:1/0` }, 1],
  [
    'an address of Redis that is none',
    { AVATARWIRE_REDIS_URL: `http://x:${encodeURIComponent(REDIS_PASSWORD)}@127.0.0.1` },
    2,
  ],
  [
    'settings that are wrong',
    { AVATARWIRE_JWT_SECRET: JWT_SECRET, AVATARWIRE_PORT: KEYS.model, AVATARWIRE_BASE_PATH: KEYS.a2e },
    2,
  ],
  ['a key in the wrong place', { AVATARWIRE_PRESETS: JSON.stringify({ guide: { apiKey: KEYS.a2e } }) }, 2],
  ['presets that are no JSON', { AVATARWIRE_PRESETS: `{"guide": ${KEYS.a2e}` }, 2],
] as const)(
  'the real command ends at %s, and does not say what was wrong with which secret',
  async (_what, more, code) => {
    const { environment } = await environmentOf();
    const { AVATARWIRE_STORE: store, ...rest } = environment as Record<string, string>;
    const withStore = 'AVATARWIRE_REDIS_URL' in more ? rest : { ...rest, AVATARWIRE_STORE: store ?? '' };
    const ended = await runCli({ ...withStore, ...more, AVATARWIRE_METRICS_PORT: '0' }).ended;
    expect(ended.code).toBe(code);
    expect(ended.err).not.toBe('');
    const secrets = [REDIS_PASSWORD, JWT_SECRET, KEYS.model, KEYS.a2e, KEYS.akool.clientSecret];
    expectNowhere(secrets, { out: ended.out, err: ended.err });
  },
  60_000,
);
