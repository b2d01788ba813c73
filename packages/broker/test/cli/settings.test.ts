import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@avatarwire/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { help } from '../../src/cli/help';
import { readSettings } from '../../src/cli/settings';
import { VARIABLES } from '../../src/cli/variables';
import { DEFAULT_LIMITS, DEFAULT_TIMINGS } from '../../src/defaults';
import { runCli } from './process';

const RIGHT = {
  AKOOL_API_KEY: 'akool-key',
  AVATARWIRE_PRESETS: '{"guide":{"service":"akool","avatarId":"a","durationSeconds":300}}',
};
const JWT = {
  AVATARWIRE_JWT_ISSUER: 'https://login.example',
  AVATARWIRE_JWT_AUDIENCE: 'avatar',
  AVATARWIRE_JWT_SECRET: 'a-secret-of-at-least-thirty-two-bytes!',
};

const read = (environment: Record<string, string>) => readSettings(environment, () => silentLogger);
const problems = (more: Record<string, string>) => read({ ...RIGHT, ...more }).problems;

async function file(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'avatarwire-settings-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'file'), text);
  return join(folder, 'file');
}

describe('settings', () => {
  test('need no more than a key and a preset', () => {
    const { settings, problems: none } = read(RIGHT);
    expect(none).toEqual([]);
    expect(settings).toMatchObject({
      storeName: './avatarwire-broker.sqlite',
      closeOnExit: false,
      serve: {
        host: '127.0.0.1',
        port: 8_787,
        basePath: '/api/avatar',
        sweepEveryMs: 5_000,
        limits: DEFAULT_LIMITS,
        timings: DEFAULT_TIMINGS,
      },
    });
    expect(settings?.serve.authenticate).toBeUndefined();
    expect(settings?.serve.metricsPort).toBeUndefined();
  });

  test('take every service, limit and timing from a variable of its own', () => {
    const { settings, problems: none } = read({
      ...RIGHT,
      ...JWT,
      A2E_API_KEY: 'a2e-key',
      HEYGEN_API_KEY: 'heygen-key',
      LIVEAVATAR_API_KEY: 'liveavatar-key',
      AVATARWIRE_HOST: '0.0.0.0',
      AVATARWIRE_SESSIONS_PER_CALLER: '7',
      AVATARWIRE_SILENCE_MS: '60000',
      AVATARWIRE_EXCLUSIVE_KEYS: 'akool, heygen',
      AVATARWIRE_ALLOWED_ORIGINS: 'https://a.example,http://localhost:5173,capacitor://localhost',
      AVATARWIRE_MODEL_BASE_URL: 'https://model.example/v1',
      AVATARWIRE_MODEL_API_KEY: 'model-key',
      AVATARWIRE_MODEL_NAME: 'small',
      AVATARWIRE_MODEL_TEMPERATURE: '0.5',
    });
    expect(none).toEqual([]);
    expect(settings?.serve).toMatchObject({
      host: '0.0.0.0',
      authenticate: expect.any(Function),
      limits: { sessionsPerCaller: 7, sessionsInAll: 100 },
      timings: { silenceMs: 60_000 },
      exclusiveKeys: ['akool', 'heygen'],
      allowedOrigins: ['https://a.example', 'http://localhost:5173', 'capacitor://localhost'],
      model: { baseUrl: 'https://model.example/v1', model: 'small', temperature: 0.5 },
    });
    expect(settings?.serve.services.map(({ name }) => name)).toEqual([
      'akool',
      'a2e',
      'heygen',
      'liveavatar',
    ]);
  });

  test('take secrets, presets and the system prompt out of files', async () => {
    const {
      settings,
      reading,
      problems: none,
    } = read({
      AKOOL_API_KEY_FILE: await file('key-out-of-a-file\n'),
      AVATARWIRE_PRESETS: `@${await file(RIGHT.AVATARWIRE_PRESETS)}`,
      AVATARWIRE_MODEL_BASE_URL: 'http://127.0.0.1:1/v1',
      AVATARWIRE_MODEL_API_KEY_FILE: await file('model-key-out-of-a-file'),
      AVATARWIRE_MODEL_NAME: 'small',
      AVATARWIRE_MODEL_SYSTEM: `@${await file('Be brief.\n')}`,
    });
    expect(none).toEqual([]);
    expect(reading.secrets).toEqual(['key-out-of-a-file', 'model-key-out-of-a-file']);
    expect(settings?.serve.model).toMatchObject({ apiKey: 'model-key-out-of-a-file', system: 'Be brief.' });
  });

  test('that are empty count as not set', () => {
    expect(problems({ A2E_API_KEY: '', AVATARWIRE_JWT_ISSUER: '', AVATARWIRE_PORT: '' })).toEqual([]);
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ AKOOL_API_KEY: '' }, /No service has a key/],
    [{ AVATARWIRE_PRESETS: '' }, /AVATARWIRE_PRESETS is missing/],
    [{ AVATARWIRE_PRESETS: '{"a":' }, /AVATARWIRE_PRESETS has to be JSON/],
    [{ AVATARWIRE_PRESETS: '[]' }, /AVATARWIRE_PRESETS has to be an object/],
    [{ AVATARWIRE_PRESETS: '{}' }, /AVATARWIRE_PRESETS: there has to be at least one/],
    [{ AVATARWIRE_PRESETS: '{"a":null}' }, /AVATARWIRE_PRESETS\.a has to be an object/],
    [
      { AVATARWIRE_PRESETS: '@/nowhere/at/all' },
      /AVATARWIRE_PRESETS names a file that cannot be read \(ENOENT\)/,
    ],
    [
      { AVATARWIRE_PRESETS: '{"a":{"service":"akool","avatarId":"a","durationSeconds":300,"webhook":"x"}}' },
      /AVATARWIRE_PRESETS\.a\.webhook/,
    ],
    [
      { AVATARWIRE_SECONDS_PER_CALLER_AND_DAY: '60' },
      /AVATARWIRE_PRESETS\.guide\.durationSeconds is longer than AVATARWIRE_SECONDS_PER_CALLER_AND_DAY/,
    ],
    [{ AVATARWIRE_DEFAULT_PRESET: 'other' }, /AVATARWIRE_DEFAULT_PRESET/],
    [{ AKOOL_API_KEY_FILE: '/nowhere' }, /AKOOL_API_KEY and AKOOL_API_KEY_FILE must not both be set/],
    [
      { AKOOL_CLIENT_ID: 'x', AKOOL_CLIENT_SECRET: 'y' },
      /AKOOL_API_KEY and AKOOL_CLIENT_ID, AKOOL_CLIENT_SECRET/,
    ],
    [{ AKOOL_API_KEY: '', AKOOL_CLIENT_ID: 'x' }, /AKOOL_CLIENT_SECRET is missing/],
    [{ AKOOL_BASE_URL: 'http://akool.example' }, /AKOOL_BASE_URL .*https:/],
    [{ HEYGEN_API_KEY: 'two words' }, /HEYGEN_API_KEY .*ASCII/],
    [{ AVATARWIRE_HOST: '0.0.0.0' }, /AVATARWIRE_HOST is no loopback address/],
    [{ AVATARWIRE_HOST: '::' }, /AVATARWIRE_HOST is no loopback address/],
    [{ AVATARWIRE_HOST: 'localhost.evil.example' }, /AVATARWIRE_HOST is no loopback address/],
    [{ AVATARWIRE_PORT: '65536' }, /AVATARWIRE_PORT/],
    [{ AVATARWIRE_PORT: '1e3' }, /AVATARWIRE_PORT/],
    [{ AVATARWIRE_BASE_PATH: '/a/' }, /AVATARWIRE_BASE_PATH/],
    [{ AVATARWIRE_ALLOWED_ORIGINS: '*' }, /AVATARWIRE_ALLOWED_ORIGINS/],
    [{ AVATARWIRE_ALLOWED_ORIGINS: 'https://a.example/path' }, /AVATARWIRE_ALLOWED_ORIGINS/],
    [{ AVATARWIRE_REDIS_URL: 'http://redis' }, /AVATARWIRE_REDIS_URL/],
    [
      { AVATARWIRE_REDIS_URL: 'redis://h', AVATARWIRE_STORE: 'x' },
      /AVATARWIRE_STORE and AVATARWIRE_REDIS_URL/,
    ],
    [{ AVATARWIRE_LOG_LEVEL: 'loud' }, /AVATARWIRE_LOG_LEVEL/],
    [{ AVATARWIRE_CLOSE_ON_EXIT: 'yes' }, /AVATARWIRE_CLOSE_ON_EXIT has to be true or false/],
    [{ AVATARWIRE_EXCLUSIVE_KEYS: 'a2e' }, /AVATARWIRE_EXCLUSIVE_KEYS names a2e/],
    [{ AVATARWIRE_SESSIONS_PER_CALLER: '0' }, /AVATARWIRE_SESSIONS_PER_CALLER/],
    [{ AVATARWIRE_SESSIONS_PER_CALLER: '-1' }, /AVATARWIRE_SESSIONS_PER_CALLER/],
    [{ AVATARWIRE_SILENCE_MS: '30000' }, /AVATARWIRE_SILENCE_MS has to be longer than AVATARWIRE_BEAT_MS/],
    [{ AVATARWIRE_OPEN_MS: '240000' }, /AVATARWIRE_INTENT_MS has to be longer than AVATARWIRE_OPEN_MS/],
    [{ AVATARWIRE_JWT_ISSUER: 'x' }, /AVATARWIRE_JWT_AUDIENCE is missing/],
    [{ ...JWT, AVATARWIRE_JWT_SECRET: '' }, /Exactly one of AVATARWIRE_JWT_SECRET/],
    [{ ...JWT, AVATARWIRE_JWT_JWKS_URL: 'https://x.example' }, /Exactly one of AVATARWIRE_JWT_SECRET/],
    [{ ...JWT, AVATARWIRE_JWT_SECRET: 'short' }, /AVATARWIRE_JWT_SECRET has to be at least 32 bytes/],
    [{ ...JWT, AVATARWIRE_JWT_ALGORITHMS: 'none' }, /AVATARWIRE_JWT_ALGORITHMS/],
    [{ ...JWT, AVATARWIRE_JWT_ALGORITHMS: 'RS256' }, /AVATARWIRE_JWT_ALGORITHMS/],
    [{ AVATARWIRE_MODEL_NAME: 'x' }, /AVATARWIRE_MODEL_API_KEY is missing/],
    [{ AVATARWIRE_MODEL_TEMPERATURE: '3' }, /AVATARWIRE_MODEL_TEMPERATURE/],
  ])('%j are refused by name', (more, words) => {
    expect(problems(more).join('\n')).toMatch(words);
    expect(read({ ...RIGHT, ...more }).settings).toBeUndefined();
  });
});

describe('the command, as a process', () => {
  test('lists every problem at once, without a value, and ends with 2', async () => {
    const wrong = {
      AVATARWIRE_HOST: '203.0.113.77',
      AVATARWIRE_PORT: 'port-value',
      AVATARWIRE_STORE: 'store-value',
      AVATARWIRE_REDIS_URL: 'redis-value',
      AVATARWIRE_LOG_LEVEL: 'level-value',
      AVATARWIRE_BEAT_MS: 'beat-value',
      AVATARWIRE_ALLOWED_ORIGINS: 'https://origin-value.example/',
      AVATARWIRE_EXCLUSIVE_KEYS: 'a2e',
      AVATARWIRE_PRESETS: '{"a":{"service":"nobody-value","avatarId":7}}',
      AKOOL_CLIENT_SECRET: 'secret-value',
      A2E_API_KEY: 'key value',
      A2E_BASE_URL: 'ftp://base-value',
      AVATARWIRE_MODEL_API_KEY: 'model value',
    };
    const { code, out, err } = await runCli(wrong).ended;
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const name of [
      ...Object.keys(wrong).filter((each) => each !== 'AKOOL_CLIENT_SECRET'),
      'AKOOL_CLIENT_ID',
    ])
      expect(err).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(err).not.toContain('value');
    expect(err).not.toContain('203.0.113.77');
  });

  test('--check says that the settings are right, and touches nothing', async () => {
    const store = join(tmpdir(), `avatarwire-${process.pid}-never-made.sqlite`);
    const { code, out } = await runCli({ ...RIGHT, AVATARWIRE_STORE: store }, '--check').ended;
    expect({ code, out }).toEqual({ code: 0, out: 'The settings are right.\n' });
    await expect(readFile(store)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('--check names what looks like a setting and is none', async () => {
    const { code, out } = await runCli(
      { ...RIGHT, AVATARWIRE_SESSION_PER_CALLER: '1', AVATARWIRE_MODEL_SYSTEM_FILE: 'x', OTHER: 'x' },
      '--check',
    ).ended;
    expect(code).toBe(0);
    expect(out).toMatch(/no such setting: AVATARWIRE_MODEL_SYSTEM_FILE, AVATARWIRE_SESSION_PER_CALLER\.\n$/);
  });

  test('--help lists every variable, with what it is when it is not set', async () => {
    const { code, out } = await runCli({}, '--help').ended;
    expect({ code, out }).toEqual({ code: 0, out: `${help()}\n` });
    for (const [name, { fallback }] of Object.entries(VARIABLES)) {
      const line = out.split('\n').find((each) => each.trim().split(' ')[0] === name);
      expect(line).toBeDefined();
      if (fallback !== undefined) expect(line?.endsWith(`[${fallback}]`)).toBe(true);
    }
  });

  test('another word is refused', async () => {
    const { code, err } = await runCli(RIGHT, '--port').ended;
    expect(code).toBe(2);
    expect(err).toContain('Only --help and --check');
  });

  test('a store that cannot be opened ends it with 1 and a sentence', async () => {
    const environment = { ...RIGHT, AVATARWIRE_PORT: '0', AVATARWIRE_STORE: tmpdir() };
    const { code, err } = await runCli(environment).ended;
    expect(code).toBe(1);
    expect(err.split('\n')).toHaveLength(2);
    expect(err).not.toContain('    at ');
  });
});
