import { describe, expect, test } from 'vitest';
import type { BrokerStore } from '../../src';
import { memoryStore } from '../../src/memory';
import { type Answer, refusal, SECRET, stage } from '../http/support/stage';

const GUESSED = 'A'.repeat(22);
const OTHER_SECRET = 'close-secret-of-the-other-page';
const KEY = { 'idempotency-key': 'key-that-both-of-them-use' };

/** What tells two answers apart, but for the id of the request. */
const shape = ({ status, headers, body }: Answer) => {
  const { requestId: _own, ...rest } = Object(body) as Record<string, unknown>;
  const names = [...headers].filter(([name]) => name !== 'x-request-id');
  return JSON.stringify([status, names, rest]);
};

const ROUTES = [
  ['beat', undefined],
  ['calls/ask', { text: 'Hello?' }],
  ['calls/interrupt', {}],
  ['calls/keep-alive', {}],
  ['chat/completions', { messages: [{ role: 'user', content: 'Hello?' }] }],
] as const;

const model = {
  baseUrl: 'https://model.example/v1',
  apiKey: 'key',
  model: 'small',
  fetch: async () => {
    throw new Error('nobody may come this far');
  },
};

describe("somebody else's session, on every route", () => {
  test.each(ROUTES)(
    '%s: another caller gets what an id that does not exist gets, and nothing happens',
    async (path, body) => {
      const { opened, send, double, store } = stage({ model });
      const id = await opened();
      const before = await store.find(id);
      const ask = (session: string, as: string) =>
        send(`/sessions/${session}/${path}`, { as, ...(body && { body }) });
      const [foreign, unknown] = [await ask(id, 'mallory'), await ask(GUESSED, 'mallory')];
      expect(foreign.status).toBe(404);
      expect(shape(foreign)).toBe(shape(unknown));
      expect(double.said).toEqual([]);
      expect(await store.find(id)).toEqual(before);
    },
  );

  test.each(ROUTES)(
    '%s: a session that was closed is as one that never was, to its owner too',
    async (path, body) => {
      const { opened, close, send } = stage({ model });
      const id = await opened();
      await close(id);
      const ask = (session: string) => send(`/sessions/${session}/${path}`, { ...(body && { body }) });
      expect(shape(await ask(id))).toBe(shape(await ask(GUESSED)));
    },
  );

  test.each(ROUTES)('%s: an id that expired is swept, and opens nothing any more', async (path, body) => {
    const { opened, send, clock, broker, double } = stage({ model });
    const id = await opened();
    await clock.advance(300_001);
    await broker.sweep();
    expect((await send(`/sessions/${id}/${path}`, { ...(body && { body }) })).status).toBe(404);
    expect(double.standing.size).toBe(0);
  });

  test.each(ROUTES)('%s: a token that authenticate does not take opens nothing', async (path, body) => {
    const { opened, send, open, double } = stage({
      model,
      authenticate: (request) =>
        request.headers.get('authorization') === 'Bearer the-right-one' ? { id: 'alice' } : undefined,
    });
    const id = await opened({ as: 'the-right-one' });
    for (const as of ['THE-RIGHT-ONE', 'the-right-on', 'alice', 'null', '../x']) {
      const answer = await send(`/sessions/${id}/${path}`, { as, ...(body && { body }) });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect((await open({}, { as })).status).toBe(401);
    }
    expect([double.asked.length, double.said]).toEqual([1, []]);
  });

  test('an id that is forged from a real one opens nothing', async () => {
    const { opened, send } = stage();
    const id = await opened();
    const turned = [...id].reverse().join('');
    const forged = [
      id.slice(0, -1),
      `${id}A`,
      id.toLowerCase() === id ? id.toUpperCase() : id.toLowerCase(),
      turned === id ? GUESSED : turned,
      `${id}.`,
      `${id};x`,
      `${id}%00`,
      `%2e%2e/${id}`,
      encodeURIComponent(`${id}' OR '1'='1`),
      '__proto__',
      'constructor',
      '*',
    ];
    for (const session of forged) {
      const answer = await send(`/sessions/${session}/beat`);
      expect([session, answer.status]).toEqual([session, 404]);
    }
    expect((await send(`/sessions/${id}/beat`)).status).toBe(204);
  });
});

describe('close secrets', () => {
  test('of another session closes nothing, and is answered like an id that does not exist', async () => {
    const { open, close, double } = stage();
    const id: string = Reflect.get(Object((await open()).body), 'sessionId');
    await open({ closeSecret: OTHER_SECRET }, { as: 'mallory' });
    const wrong = await close(id, OTHER_SECRET);
    expect(wrong.status).toBe(404);
    expect(shape(wrong)).toBe(shape(await close(GUESSED, OTHER_SECRET)));
    expect(double.standing.size).toBe(2);
  });

  test('the digest that stands in the store is no secret', async () => {
    const { opened, close, store, double } = stage();
    const id = await opened();
    const digest = (await store.find(id))?.closeSecretDigest ?? '';
    expect(digest).toMatch(/^[\w-]{43}$/);
    expect((await close(id, digest)).status).toBe(404);
    expect(double.standing.size).toBe(1);
  });

  test.each([
    '',
    ' ',
    `${SECRET} `,
    SECRET.slice(0, -1),
    `${SECRET}a`,
    SECRET.toUpperCase(),
    [SECRET],
    { secret: SECRET },
    { length: 27 },
    0,
    true,
    null,
    [],
    [[SECRET]],
  ])('%j closes nothing', async (secret) => {
    const { opened, send, double } = stage();
    const id = await opened();
    const answer = await send('/close', {
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ id, secret }),
    });
    expect([400, 404]).toContain(answer.status);
    expect(double.standing.size).toBe(1);
  });

  test.each([[['id']], [{ id: 1 }], [7], [null], [true]])('%j is no id', async (id) => {
    const { send } = stage();
    const body = JSON.stringify({ id, secret: SECRET });
    const answer = await send('/close', { headers: { 'content-type': 'text/plain' }, body });
    expect([answer.status, refusal(answer)]).toEqual([400, expect.objectContaining({ field: 'id' })]);
  });

  test('a wrong secret and an unknown id take the same work: the same calls of the store, the same digests', async () => {
    const calls: string[] = [];
    const { opened, close } = stage({ store: counted(memoryStore(), calls) });
    const id = await opened();
    const { digest } = crypto.subtle;
    let digests = 0;
    crypto.subtle.digest = (...given) => {
      digests += 1;
      return digest.apply(crypto.subtle, given);
    };
    try {
      const work = async (session: string) => {
        calls.length = 0;
        digests = 0;
        await close(session, OTHER_SECRET);
        return [...calls, digests];
      };
      const known = await work(id);
      expect(known.length).toBeGreaterThan(1);
      expect(known).toEqual(await work(GUESSED));
    } finally {
      crypto.subtle.digest = digest;
    }
  });

  test('guesses leave no counters behind, and never come to tell a known id by a 429', async () => {
    const calls: string[] = [];
    const { opened, close } = stage({
      store: counted(memoryStore(), calls),
      limits: { closesPerMinute: 2 },
    });
    const id = await opened();
    calls.length = 0;
    for (let guess = 0; guess < 10; guess++) expect((await close(id, OTHER_SECRET)).status).toBe(404);
    expect(calls).not.toContain('count');
  });

  test('a close secret reads nothing: the answers to a close have no body', async () => {
    const { opened, close } = stage();
    const id = await opened();
    const [first, again] = [await close(id), await close(id)];
    expect([first.status, first.body, again.status, again.body]).toEqual([204, '', 204, '']);
  });
});

describe('an idempotency key of somebody else', () => {
  test('gives nothing away: each caller has a session of their own, and the answers do not differ', async () => {
    const { open, double } = stage();
    const alice = await open({}, { headers: KEY });
    const mallory = await open({}, { as: 'mallory', headers: KEY });
    expect([alice.status, mallory.status]).toEqual([201, 201]);
    expect(Reflect.get(Object(alice.body), 'sessionId')).not.toBe(
      Reflect.get(Object(mallory.body), 'sessionId'),
    );
    expect(double.standing.size).toBe(2);
  });

  test('closes nothing of the other, however often it is repeated', async () => {
    const { open, double } = stage();
    await open({}, { headers: KEY });
    await open({}, { as: 'mallory', headers: KEY });
    expect((await open({}, { as: 'mallory', headers: KEY })).status).toBe(409);
    // The repeated create of the one closes what that one never heard of, and not what stands beside it.
    expect(double.standing.size).toBe(1);
  });

  test('callers whose names could run into the key are kept apart', async () => {
    const { open } = stage();
    const statuses: number[] = [];
    for (const [as, key] of [
      ['a', 'b:cccccccccccccccccccc'],
      ['a:b', 'cccccccccccccccccccc'],
      ['a', 'b_cccccccccccccccccccc'],
      ['a:b_', 'cccccccccccccccccccc'],
      ['a/b', 'cccccccccccccccccccc'],
    ] as const) {
      statuses.push((await open({}, { as, headers: { 'idempotency-key': key } })).status);
    }
    expect(statuses).toEqual([400, 201, 201, 201, 201]);
  });
});

/** Writes down which calls of the store were made. */
function counted(store: BrokerStore, calls: string[]): BrokerStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        calls.push(String(name));
        return Reflect.apply(value, target, given);
      };
    },
  });
}
