/** Every variable that the command reads, in one table: what it means, what it has to be, and what it is without it. */

import type * as v from 'valibot';
import { DEFAULT_BASE_PATH, DEFAULT_LIMITS, DEFAULT_TIMINGS } from '../defaults';
import { KEY_ALGORITHMS, SECRET_ALGORITHMS } from '../jwt/options';
import { LOG_LEVELS } from '../node/pino-logger';
import type { BrokerLimits, BrokerTimings } from '../options';
import { address, choice, json, list, number, redisAddress, rule, text, whole, yesOrNo } from './rules';

export interface Variable<T = unknown> {
  readonly about: string;
  /** As it would be set. */
  readonly fallback?: string;
  /** May also come out of a file, named by the variable with `_FILE` behind it. */
  readonly secret?: true;
  /** Its message says what it has to be, and never what it is. */
  readonly schema: v.GenericSchema<string, T>;
}

const algorithms = [...SECRET_ALGORITHMS, ...KEY_ALGORITHMS] as const;

const SERVER = {
  AVATARWIRE_HOST: { about: 'The address to listen on.', fallback: '127.0.0.1', schema: text(255) },
  AVATARWIRE_PORT: { about: 'The port; 0 for any that is free.', fallback: '8787', schema: whole(0, 65_535) },
  AVATARWIRE_METRICS_PORT: {
    about: 'The port of /metrics, on 127.0.0.1 only. Without it there are none.',
    schema: whole(0, 65_535),
  },
  AVATARWIRE_BASE_PATH: {
    about: 'Where the routes are mounted.',
    fallback: DEFAULT_BASE_PATH,
    schema: rule('a path such as /api/avatar, without a slash at its end', (given) =>
      /^(\/[A-Za-z0-9._~-]+)+$/.test(given) ? given : undefined,
    ),
  },
  AVATARWIRE_ALLOWED_ORIGINS: {
    about: 'Origins of pages on other hosts, separated by commas.',
    // What an origin is, the broker says.
    schema: list('origins, separated by commas', (item) => item !== ''),
  },
  AVATARWIRE_STORE: {
    about: 'The file of the store. :memory: forgets, and leaves paid sessions open when the process ends.',
    fallback: './avatarwire-broker.sqlite',
    schema: text(),
  },
  AVATARWIRE_REDIS_URL: {
    about: 'A Redis instead of the file, for several brokers.',
    secret: true,
    schema: redisAddress,
  },
  AVATARWIRE_LOG_LEVEL: { about: LOG_LEVELS.join(', '), fallback: 'info', schema: choice(LOG_LEVELS) },
  AVATARWIRE_SWEEP_EVERY_MS: {
    about: 'From one sweep to the next.',
    fallback: '5000',
    schema: whole(10, 86_400_000),
  },
  AVATARWIRE_GRACE_MS: {
    about: 'How long requests under way may take at the end.',
    fallback: '10000',
    schema: whole(0, 86_400_000),
  },
  AVATARWIRE_CLOSE_ON_EXIT: {
    about: 'true closes all sessions of the store at the end; false leaves them to the next start.',
    fallback: 'false',
    schema: yesOrNo,
  },
} satisfies Record<string, Variable>;

const OPENING = {
  AVATARWIRE_PRESETS: {
    about:
      'What may be opened, as JSON, or @ and the path of a file with it: { "guide": { "service": …, … } }.',
    schema: json,
  },
  AVATARWIRE_DEFAULT_PRESET: {
    about: 'The preset of a page that names none.',
    schema: text(64),
  },
  AVATARWIRE_EXCLUSIVE_KEYS: {
    about: 'Services whose key nobody else uses: lost sessions of theirs are found and closed.',
    schema: list('names of services, separated by commas', (item) => /^[a-z0-9-]+$/.test(item)),
  },
} satisfies Record<string, Variable>;

const key = (of: string) => ({ about: of, secret: true, schema: text() }) as const;
const base = { about: "Another address than the service's own, for example of the mock.", schema: address };

const SERVICES = {
  AKOOL_API_KEY: key('The key of AKOOL. Or both of the next two.'),
  AKOOL_CLIENT_ID: { about: 'Of AKOOL.', schema: text() },
  AKOOL_CLIENT_SECRET: key('Of AKOOL.'),
  AKOOL_BASE_URL: base,
  A2E_API_KEY: key('The key of A2E.'),
  A2E_BASE_URL: base,
  HEYGEN_API_KEY: key('The key of HeyGen v1.'),
  HEYGEN_BASE_URL: base,
  LIVEAVATAR_API_KEY: key('The key of LiveAvatar.'),
  LIVEAVATAR_BASE_URL: base,
} satisfies Record<string, Variable>;

const LOGIN = {
  AVATARWIRE_JWT_ISSUER: { about: 'What iss of a token has to be.', schema: text(2_048) },
  AVATARWIRE_JWT_AUDIENCE: {
    about: 'What aud has to be, or several, separated by commas.',
    schema: list('names, separated by commas', (item) => item !== ''),
  },
  AVATARWIRE_JWT_SECRET: {
    about: 'Shared with who makes the tokens, at least 32 bytes. Or one of the next two.',
    secret: true,
    schema: text(),
  },
  AVATARWIRE_JWT_PUBLIC_KEY: {
    about: 'In PEM (SPKI).',
    secret: true,
    schema: text(16_384),
  },
  AVATARWIRE_JWT_JWKS_URL: { about: 'Where the public keys are.', schema: address },
  AVATARWIRE_JWT_ALGORITHMS: {
    about: `Separated by commas, of ${algorithms.join(', ')}. Without it HS256 with a secret, else RS256, PS256, ES256, EdDSA.`,
    schema: rule(`names of ${algorithms.join(', ')}, separated by commas`, (given) => {
      const names = given.split(',').map((item) => algorithms.find((name) => name === item.trim()));
      const known = names.filter((name) => name !== undefined);
      return known.length === names.length ? known : undefined;
    }),
  },
  AVATARWIRE_JWT_CALLER_CLAIM: {
    about: 'The claim that names the caller.',
    fallback: 'sub',
    schema: text(128),
  },
  AVATARWIRE_JWT_HEADER: {
    about: 'The header of the token; in any but authorization it stands without Bearer.',
    fallback: 'authorization',
    schema: text(128),
  },
} satisfies Record<string, Variable>;

const MODEL = {
  AVATARWIRE_MODEL_BASE_URL: {
    about: 'Of an OpenAI-compatible API. Without it there is no model.',
    schema: address,
  },
  AVATARWIRE_MODEL_API_KEY: key('Its key.'),
  AVATARWIRE_MODEL_NAME: { about: 'Which model.', schema: text(256) },
  AVATARWIRE_MODEL_SYSTEM: {
    about: 'The system prompt, or @ and the path of a file with it.',
    schema: text(262_144),
  },
  AVATARWIRE_MODEL_MAX_ANSWER_TOKENS: {
    about: 'Of one answer.',
    fallback: '1024',
    schema: whole(1, 131_072),
  },
  AVATARWIRE_MODEL_TOKEN_LIMIT_FIELD: {
    about: 'Under which name it is sent: max_completion_tokens (OpenAI) or max_tokens (Ollama, Mistral).',
    fallback: 'max_completion_tokens',
    schema: choice(['max_completion_tokens', 'max_tokens']),
  },
  AVATARWIRE_MODEL_ASKS_FOR_USAGE: {
    about: 'Whether stream_options.include_usage is sent; false with Mistral.',
    fallback: 'true',
    schema: yesOrNo,
  },
  AVATARWIRE_MODEL_TEMPERATURE: { about: 'From 0 to 2.', schema: number(0, 2) },
  AVATARWIRE_MODEL_TOKENS_PER_SESSION: {
    about: 'In and out.',
    fallback: '50000',
    schema: whole(1, 1e12),
  },
  AVATARWIRE_MODEL_TOKENS_PER_CALLER_AND_DAY: {
    about: 'In and out.',
    fallback: '200000',
    schema: whole(1, 1e12),
  },
} satisfies Record<string, Variable>;

const LIMIT_WORDS: Readonly<Record<keyof BrokerLimits, string>> = {
  maxBodyBytes: 'Of the body of a request.',
  maxJsonDepth: 'Of JSON.',
  sessionsPerCaller: 'Sessions that one caller has open.',
  sessionsInAll: 'Sessions open in all.',
  secondsPerCallerAndDay: 'Session time of one caller on one day (UTC).',
  opensPerMinute: 'Requests to open, of one caller.',
  opensInAllPerMinute: 'Requests to open, in all.',
  callsPerMinute: 'What is said over REST, for one session.',
  urgentCallsPerMinute:
    'Interrupts and keep-alives of one session, as many beats, and as many calls of signalling.',
  closesPerMinute: 'Attempts to close one session.',
};

const TIMING_WORDS: Readonly<Record<keyof BrokerTimings, string>> = {
  beatMs: 'How often a page is told to give a sign.',
  silenceMs: 'Without a sign for so long a session is closed.',
  openMs: 'How long a service may take to open.',
  intentMs: 'After this a create without an answer counts as unresolved.',
  closeMs: 'How long one attempt to close may take.',
  rememberMs: 'How long ended sessions are remembered.',
};

/** `sessionsPerCaller` is `AVATARWIRE_SESSIONS_PER_CALLER`. */
export function variableOf(field: string): string {
  return `AVATARWIRE_${field.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

function amounts<F extends string>(
  words: Readonly<Record<F, string>>,
  fallbacks: Readonly<Record<F, number>>,
): Record<string, Variable<number>> {
  return Object.fromEntries(
    (Object.keys(words) as F[]).map((field) => [
      variableOf(field),
      { about: words[field], fallback: String(fallbacks[field]), schema: whole(1, 1e12) },
    ]),
  );
}

export const LIMIT_FIELDS = Object.keys(LIMIT_WORDS) as (keyof BrokerLimits)[];
export const TIMING_FIELDS = Object.keys(TIMING_WORDS) as (keyof BrokerTimings)[];

/** As `--help` shows them. */
export const GROUPS = {
  'The server': SERVER,
  'What is opened': OPENING,
  'Services, at least one': SERVICES,
  'The login, by JSON web tokens; without it only this machine is served': LOGIN,
  'A language model': MODEL,
  Limits: amounts(LIMIT_WORDS, DEFAULT_LIMITS),
  'Times, in milliseconds': amounts(TIMING_WORDS, DEFAULT_TIMINGS),
} satisfies Record<string, Record<string, Variable>>;

const NAMED = { ...SERVER, ...OPENING, ...SERVICES, ...LOGIN, ...MODEL };

/** The values of the variables that were set, or have a fallback, and are as they have to be. */
export type Values = {
  readonly [N in keyof typeof NAMED]?: v.InferOutput<(typeof NAMED)[N]['schema']>;
};

export const VARIABLES: Readonly<Record<string, Variable>> = Object.assign(
  {},
  ...Object.values(GROUPS),
) as Record<string, Variable>;
