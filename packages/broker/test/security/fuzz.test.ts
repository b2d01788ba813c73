import fc from 'fast-check';
import { expect, test } from 'vitest';
import document from '../../openapi.json';
import { presets } from '../../src';
import { requestOf, SECRET, stage } from '../http/support/stage';
import { type Drawn, requestsOf } from './support/requests';

const RUNS = 6_000;
const APP = 'https://app.example';

const choice = { index: 0, delta: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' };
const events = `data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`;

/** Limits that these runs do not come near: they have tests of their own. */
const PLENTY = {
  sessionsPerCaller: 100_000,
  sessionsInAll: 100_000,
  secondsPerCallerAndDay: 1_000_000_000,
  opensPerMinute: 100_000,
  opensInAllPerMinute: 100_000,
  callsPerMinute: 100_000,
  urgentCallsPerMinute: 100_000,
  closesPerMinute: 100_000,
};

test(`${RUNS} requests drawn from the OpenAPI document: each answer is documented, none is a failure of ours, and nothing stays open that should not`, async () => {
  const on = stage({
    allowedOrigins: [APP],
    limits: PLENTY,
    authorize: presets(
      {
        guide: {
          service: 'double',
          avatarId: 'tristan',
          durationSeconds: 300,
          languages: ['en', 'de'],
          modes: ['retelling', 'dialogue'],
        },
      },
      { default: 'guide' },
    ),
    model: {
      baseUrl: 'https://model.example/v1',
      apiKey: 'model-key-0123456789',
      model: 'small',
      budget: { tokensPerSession: 1_000_000_000, tokensPerCallerAndDay: 1_000_000_000 },
      fetch: async () => new Response(events, { headers: { 'content-type': 'text/event-stream' } }),
    },
  });
  const { broker, checker, double, clock, store } = on;
  // Two that stand while everything else happens: one of each caller, with a secret that is not among those drawn.
  const closeSecret = 'close-secret-that-nobody-draws';
  const standing: string[] = [];
  for (const as of ['alice', 'bob']) {
    const { body } = await on.open({ closeSecret }, { as });
    standing.push(Reflect.get(Object(body), 'sessionId'));
  }
  const ids = [...standing];
  for (let more = 0; more < 4; more++) ids.push(await on.opened());

  const drawn = requestsOf(document, {
    // The two that nobody can close more often: most of the others are closed soon.
    ids: [...ids, ...standing, ...standing, ...standing],
    actions: double.actions,
    secret: SECRET,
    origins: [APP, 'https://broker.example', 'https://evil.example', 'null'],
    tokens: ['alice', 'alice', 'bob', 'mallory'],
  });
  const seen = new Map<number, number>();
  const requestIds = new Set<string>();
  const opened = new Set<string>();
  let last: Drawn = { method: 'GET', path: '/openapi.json', headers: {}, body: undefined };
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(11), async (fresh, dice) => {
      // Now and then the same once more, as a page does that got no answer.
      const { method, path, headers, body } = dice === 0 ? last : fresh;
      last = fresh;
      const sent = { method, headers, as: undefined, ...(body !== undefined && { body }) };
      const request = requestOf(`/api/avatar${path}`, sent);
      const response = await broker.fetch(request);
      await checker.check(request, response);
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const requestId = response.headers.get('x-request-id') ?? '';
      expect(requestId).toMatch(/^[\w-]{22}$/);
      expect(requestIds.has(requestId)).toBe(false);
      requestIds.add(requestId);
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
      if (response.status === 201) opened.add((JSON.parse(text) as { sessionId: string }).sessionId);
    }),
    { numRuns: RUNS },
  );

  // It went deep: not all of it was refused at the door.
  for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415]) {
    expect([status, (seen.get(status) ?? 0) > 0]).toEqual([status, true]);
  }
  const records = await store.list(['open', 'opening', 'closing', 'unresolved'], 100_000);
  expect(records.filter(({ state }) => state !== 'open')).toEqual([]);
  expect(records.length).toBe(double.standing.size);
  const mayStand = new Set([...ids, ...opened]);
  expect(records.filter(({ id }) => !mayStand.has(id))).toEqual([]);
  for (const id of standing) expect(records.some((record) => record.id === id)).toBe(true);
  expect(
    double.asked.every(({ avatarId, durationSeconds }) => avatarId === 'tristan' && durationSeconds === 300),
  ).toBe(true);
  expect(Reflect.get({}, 'x')).toBeUndefined();

  await clock.advance(300_001);
  await broker.sweep();
  expect(double.standing.size).toBe(0);
}, 120_000);
