/** Everything that takes part in one measurement, started and ended together. */

import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MockReady, Plan } from './messages';
import { PROGRAMS, type Program, startProgram } from './programs';

/** The command as it is published. */
const CLI = fileURLToPath(
  new URL('./src/cli/main.ts', import.meta.resolve('@avatarwire/broker/package.json')),
);
const START_MS = 30_000;
const CALLERS = 500;
const ISSUER = 'https://login.example.com';
const AUDIENCE = 'avatar';
/** What is measured is the work, not its bounds. */
const NO_LIMIT = '1000000000';
const LIMITS = [
  ...['SESSIONS_PER_CALLER', 'SESSIONS_IN_ALL', 'SECONDS_PER_CALLER_AND_DAY', 'OPENS_PER_MINUTE'],
  ...['OPENS_IN_ALL_PER_MINUTE', 'URGENT_CALLS_PER_MINUTE', 'CLOSES_PER_MINUTE'],
];

export interface Stage {
  readonly folder: string;
  readonly mock: Program;
  readonly generator: Program;
  readonly brokers: readonly Program[];
  /** Where the load goes. */
  readonly to: Plan['to'];
  /** Ends the brokers as a signal does; resolves with their exit codes. */
  endBrokers(): Promise<readonly (number | null)[]>;
  end(): Promise<void>;
}

export interface StageOptions {
  readonly brokers: number;
  /** Settings of a broker, for its store among others. */
  readonly settings?: (folder: string) => Readonly<Record<string, string>>;
}

export async function startStage({ brokers: count, settings = () => ({}) }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'avatarwire-load-'));
  const started: Program[] = [];
  const start = (name: string, file: string, env: Readonly<Record<string, string>> = {}) => {
    const program = startProgram({ file, env, logFile: join(folder, `${name}.log`) });
    started.push(program);
    return program;
  };
  const end = async () => {
    await Promise.all(started.map((program) => program.end()));
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    const mock = start('mock', PROGRAMS.mock);
    const { akoolUrl, akoolKey } = await mock.said<MockReady>();
    const generator = start('generator', PROGRAMS.generator);
    await generator.said();
    const secret = randomBytes(32).toString('hex');
    const env = { ...brokerSettings(akoolUrl, akoolKey, secret), ...settings(folder) };
    const brokers = Array.from({ length: count }, (_, number) => start(`broker-${number}`, CLI, env));
    const urls = await Promise.all(brokers.map(listening));
    return {
      folder,
      mock,
      generator,
      brokers,
      to:
        count === 0
          ? { kind: 'service', url: akoolUrl, apiKey: akoolKey }
          : { kind: 'broker', urls, tokens: tokens(secret) },
      endBrokers: () => Promise.all(brokers.map((broker) => broker.end())),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function brokerSettings(akoolUrl: string, akoolKey: string, secret: string): Record<string, string> {
  const preset = { service: 'akool', avatarId: 'guide', durationSeconds: 60 };
  return {
    AKOOL_API_KEY: akoolKey,
    AKOOL_BASE_URL: akoolUrl,
    AVATARWIRE_PORT: '0',
    AVATARWIRE_METRICS_PORT: '0',
    AVATARWIRE_PRESETS: JSON.stringify({ guide: preset }),
    AVATARWIRE_JWT_ISSUER: ISSUER,
    AVATARWIRE_JWT_AUDIENCE: AUDIENCE,
    AVATARWIRE_JWT_SECRET: secret,
    ...Object.fromEntries(LIMITS.map((name) => [`AVATARWIRE_${name}`, NO_LIMIT])),
  };
}

/** Its address is in its log. */
async function listening(broker: Program): Promise<string> {
  for (const until = performance.now() + START_MS; performance.now() < until; await delay(20)) {
    const url = /"url":"([^"]+)"/.exec(broker.output())?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`A broker does not listen: ${broker.output()}`);
}

/** One for each caller, valid for an hour. */
function tokens(secret: string): string[] {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return Array.from({ length: CALLERS }, (_, number) => {
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({
      ...{ iss: ISSUER, aud: AUDIENCE, exp },
      sub: `caller-${number}`,
    })}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  });
}
