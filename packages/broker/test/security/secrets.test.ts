import { AvatarError } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import type { Failure, MockServices } from '@avatarwire/simulator/services';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BrokerStore, presets } from '../../src';
import { memoryStore } from '../../src/memory';
import { pinoLogger } from '../../src/node';
import { createMetrics } from '../../src/node/metrics';
import { serviceDouble } from '../http/support/service-double';
import { type Answer, type StageOptions, stage, SECRET as USUAL_SECRET } from '../http/support/stage';
import { heard } from './support/heard';
import { CASES, type Case, KEYS, serverOf, startPlantedServices, watchedLine } from './support/services';
import { expectNowhere } from './support/spellings';

const CALLER_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLWE';
const COOKIE = 'cookie-of-ann-5b1f%2B%2F90a2c7';
const SECRET = 'close-secret-that-is-planted-0042';
const LOGIN = { authorization: `Bearer ${CALLER_TOKEN}`, cookie: `theme=dark; session=${COOKIE}` };

let mock: MockServices;
beforeAll(async () => {
  mock = await startPlantedServices();
});
afterAll(() => mock.close());

/** A stage that hears everything: the log whole and as pino writes it, the metrics, and what the store was given. */
function listening(make: (logger: ReturnType<typeof heard>['logger']) => StageOptions) {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  // Without being told of any secret: what it must not write has to be kept from it.
  const pino = pinoLogger({ level: 'debug', destination: { write } });
  const ear = heard(pino);
  const kept: string[] = [];
  const options = make(ear.logger);
  const store = watchedStore(options.store ?? memoryStore(), kept);
  const metrics = createMetrics(store);
  onTestFinished(() => metrics.close());
  const on = stage({
    logger: ear.logger,
    observe: metrics.observe,
    authenticate: () => ({ id: 'ann' }),
    limits: { sessionsPerCaller: 1_000, opensPerMinute: 1_000, secondsPerCallerAndDay: 10_000_000 },
    ...options,
    store,
  });
  const answers: Answer[] = [];
  const keep = async (answer: Promise<Answer>) => {
    answers.push(await answer);
    return answers.at(-1) as Answer;
  };
  return {
    ...on,
    answers,
    open: (body: object, headers: Readonly<Record<string, string>> = {}) =>
      keep(on.open({ closeSecret: SECRET, ...body }, { headers: { ...LOGIN, ...headers } })),
    send: (path: string, body?: unknown) =>
      keep(on.send(path, { headers: LOGIN, ...(body !== undefined && { body }) })),
    close: (id: string) => keep(on.close(id, SECRET, { headers: LOGIN })),
    async everything() {
      const opened = answers.filter(({ status }) => status === 201);
      const others = answers.filter(({ status }) => status !== 201);
      return {
        opened: opened.map(({ text }) => text).join('\n'),
        others: others.map(({ text }) => text).join('\n'),
        log: ear.text(),
        pino: written,
        metrics: (await metrics.page()).text,
        store: kept.join('\n'),
      };
    },
  };
}

function watchedStore(store: BrokerStore, kept: string[]): BrokerStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        kept.push(JSON.stringify(given));
        return Reflect.apply(value, target, given);
      };
    },
  });
}

const sessionIdOf = ({ body }: Answer): string => Reflect.get(Object(body), 'sessionId');

/** Every text in the credentials of an answer that no other session shares. */
function secretsIn({ body }: Answer): readonly string[] {
  const text = JSON.stringify(Reflect.get(Object(body), 'credentials'));
  const found: string[] = [];
  JSON.parse(text, (_name, value: unknown) => {
    if (typeof value === 'string') found.push(...(value.match(/[\w-]+\+canary\/\S+/g) ?? []));
    return value;
  });
  return found;
}

const STUCK: readonly Failure['name'][] = ['slow', 'unanswered', 'abandoned'];

function failuresOf(spoken: string): readonly Failure[] {
  return [
    { name: 'code', code: 1_101, message: spoken },
    { name: 'code', code: 1_104, message: spoken },
    { name: 'code', code: 400_123, status: 400, message: spoken },
    { name: 'code', code: KEYS.a2e, status: 403, message: spoken },
    { name: 'too-many-requests', retryAfterSeconds: 0 },
    { name: 'server-error', status: 503 },
    { name: 'reset' },
    { name: 'cut' },
    { name: 'malformed' },
    { name: 'oversize' },
    { name: 'slow' },
    { name: 'unanswered' },
    { name: 'abandoned' },
  ];
}

describe.each(CASES)('$name with its $login on $provider, mock over HTTP', (each: Case) => {
  const { name, provider, call } = each;
  const keys = [KEYS.akool.apiKey, KEYS.akool.clientSecret, KEYS.a2e, KEYS.heygen, KEYS.liveavatar];

  test('whatever fails on whichever route, no secret is said: credentials are in the 201 of their owner, once', async () => {
    const line = watchedLine();
    const on = listening((logger) => ({
      services: [serverOf(each, mock, { logger, fetch: line.fetch, timeoutMs: 250 })],
      authorize: presets({ guide: { service: name, avatarId: 'mock-avatar', durationSeconds: 300 } }),
    }));
    onTestFinished(() => mock[name].clearFailures());
    const first = await on.open({ provider });

    expect([first.status, secretsIn(first).length > 0]).toEqual([201, true]);
    // A service that says everything it knows.
    const spoken = [...line.sent, ...secretsIn(first), ...keys].join(' ');

    for (const failure of failuresOf(spoken)) {
      const times = STUCK.includes(failure.name) ? 1 : Number.POSITIVE_INFINITY;
      const failing = async (act: () => Promise<unknown>) => {
        mock[name].fail(failure, { times });
        await act();
        mock[name].clearFailures();
      };
      await failing(() => on.open({ provider }, { 'idempotency-key': `key-of-${failure.name}-0123456789` }));
      const opened = await on.open({ provider });
      expect(opened.status).toBe(201);
      const id = sessionIdOf(opened);
      if (call) await failing(() => on.send(`/sessions/${id}/calls/${call[0]}`, call[1]));
      await failing(() => on.close(id));
    }
    // The answer that got lost is not told a second time.
    const again = { 'idempotency-key': 'key-of-the-same-again-0123' };
    await on.open({ provider }, again);
    expect((await on.open({ provider }, again)).status).toBe(409);

    const everything = await on.everything();
    const { opened, ...silent } = everything;
    const owners = on.answers.filter(({ status }) => status === 201);
    const credentials = owners.flatMap(secretsIn);
    expect(new Set(credentials).size).toBe(credentials.length);
    expect(credentials.length).toBeGreaterThanOrEqual(14);
    expectNowhere(credentials, silent);
    for (const owner of owners) {
      const ofOthers = credentials.filter((secret) => !secretsIn(owner).includes(secret));
      expectNowhere(ofOthers.slice(0, 20), { owner: owner.text });
    }
    expect(line.sent.size).toBeGreaterThan(0);
    const tokens = [...line.sent].filter((token) => !credentials.includes(token));
    expectNowhere([...keys, ...tokens, CALLER_TOKEN, COOKIE, SECRET, USUAL_SECRET], everything);
    expect(silent.log).toContain('could not be opened');
    expect(silent.pino.split('\n').length).toBeGreaterThan(20);
    expect(silent.metrics).toContain('avatarwire_broker_open_failures_total');
    expect(new Set(on.answers.map(({ status }) => status))).toContain(502);
  }, 120_000);
});

const KEY = KEYS.akool.apiKey;

/** What a service half, a store or a login may throw, with a key wherever one may be. */
const THROWN: Readonly<Record<string, () => unknown>> = {
  'an error': () => new Error(`request failed with ${KEY}`),
  'an error with a cause': () => new Error('failed', { cause: new Error(KEY) }),
  'an error with fields': () =>
    Object.assign(new Error('failed'), { request: { headers: { authorization: KEY } }, config: KEY }),
  'an error with a stack': () => Object.assign(new Error('failed'), { stack: `at ${KEY}` }),
  'an error whose message is an object': () => Object.assign(new Error(), { message: { key: KEY } }),
  'an error that is its own cause': () => {
    const error = new Error('failed');
    return Object.assign(error, { cause: error, key: KEY });
  },
  'several errors': () => new AggregateError([new Error(KEY), KEY], KEY),
  'a text': () => KEY,
  'an object': () => ({ message: KEY, toJSON: () => KEY, toString: () => KEY }),
  'an object without a prototype': () => Object.assign(Object.create(null), { key: KEY }),
  'a response': () => new Response(KEY, { headers: { 'x-key': encodeURIComponent(KEY) } }),
  'a function': () => () => KEY,
  'a symbol': () => Symbol(KEY),
  null: () => null,
  undefined: () => undefined,
  'a DOMException': () => new DOMException(KEY, 'AbortError'),
};

const rejecting = (thrown: () => unknown) => () => Promise.reject(thrown());
const throwing = (thrown: () => unknown) => () => {
  throw thrown();
};

describe.each(Object.entries(THROWN))('a service half of somebody else fails with %s', (_name, thrown) => {
  test.each([
    ['rejects', rejecting],
    ['throws', throwing],
  ])('it %s: the page reads our words, and the log has no secret', async (_way, fail) => {
    const double: { -readonly [K in keyof AvatarServiceServer]: AvatarServiceServer[K] } = serviceDouble();
    const on = listening((logger) => ({ services: [double], logger }));
    const opened = await on.open({});
    const id = sessionIdOf(opened);
    double.call = fail(thrown);
    double.open = fail(thrown);
    double.close = fail(thrown);
    double.list = fail(thrown);
    const refused = [
      await on.send(`/sessions/${id}/calls/ask`, { text: 'x' }),
      await on.open({}),
      await on.close(id),
    ];
    expect(refused.map(({ status }) => status)).toEqual([500, 500, 202]);
    await on.clock.advance(3_600_000);
    await on.broker.sweep();
    expectNowhere([KEY, SECRET, CALLER_TOKEN], await on.everything());
    double.close = async () => 'closed';
  });
});

describe('an AvatarError of a service half, with the words of the service in it', () => {
  const CODES = [
    'invalid-argument',
    'service-refused',
    'credentials-refused',
    'network',
    'unsupported',
  ] as const;
  test.each(CODES)('%s: the page reads the code of the service, and not a word of its', async (code) => {
    const error = () =>
      new AvatarError(code, `body.text and ${KEY} are wrong. The service says: ${KEY}`, {
        service: 'double',
        serviceCode: `code ${KEY}`,
        unsentText: KEY,
        cause: new Error(KEY),
      });
    const double = serviceDouble({ call: async () => Promise.reject(error()) });
    const on = listening(() => ({ services: [double] }));
    const id = sessionIdOf(await on.open({}));
    Object.assign(double, { open: async () => Promise.reject(error()) });
    await on.send(`/sessions/${id}/calls/ask`, { text: 'x' });
    await on.open({});
    const { others, metrics, store } = await on.everything();
    expectNowhere([KEY], { others, metrics, store });
    expect(others).not.toContain('The service says');
  });
});

describe.each(Object.entries(THROWN))('the application itself fails with %s', (_name, thrown) => {
  test('a page reads nothing of it: login, presets, logger, observer', async () => {
    for (const options of [
      { authenticate: throwing(thrown) },
      { authenticate: rejecting(thrown) },
      { authorize: throwing(thrown) },
      { authorize: rejecting(thrown) },
      { authenticate: throwing(thrown), logger: loggerThat(throwing(thrown)), observe: throwing(thrown) },
    ] as const) {
      const on = listening(() => options);
      expect((await on.open({})).status).toBe(500);
      const { others } = await on.everything();
      expectNowhere([KEY, CALLER_TOKEN, SECRET], { others });
    }
  });

  test('a page reads nothing of it: each call of the store, rejected and thrown', async () => {
    const store = memoryStore();
    const on = listening(() => ({ store }));
    for (const method of ['begin', 'update', 'find', 'count'] as const) {
      for (const fail of [rejecting(thrown), throwing(thrown)]) {
        const working = store[method];
        const id = sessionIdOf(await on.open({}));
        Object.assign(store, { [method]: fail });
        const answers = [
          await on.open({}),
          await on.send(`/sessions/${id}/beat`),
          await on.send(`/sessions/${id}/calls/ask`, {}),
          await on.close(id),
        ];
        Object.assign(store, { [method]: working });
        expect(answers.some(({ status }) => status >= 500)).toBe(true);
      }
    }
    const { others } = await on.everything();
    expectNowhere([KEY, CALLER_TOKEN, SECRET], { others });
  });
});

test.each(Object.entries(THROWN))(
  'pino, told of a secret, writes it nowhere when somebody logs %s as it is',
  (_name, thrown) => {
    let written = '';
    const write = (text: string) => {
      written += text;
    };
    const logger = pinoLogger({ level: 'debug', secrets: [KEY], destination: { write } });
    logger.error(`failed with ${KEY}`, {
      error: thrown(),
      list: [thrown()],
      deep: { deeper: { cause: thrown() } },
    });
    expect(written).toContain('failed with [redacted]');
    expectNowhere([KEY], { written });
  },
);

function loggerThat(act: () => never) {
  return { error: act, warn: act, info: act, debug: act };
}
