/** Floods of requests: who is refused is told when to come again, and nobody is kept from ending what costs money. */

import { deferred } from '@avatarwire/core/adapter';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { presets } from '../../src';
import { memoryStore } from '../../src/memory';
import { serveBroker } from '../../src/node';
import { close, open, opened } from '../cli/process';
import { serviceDouble } from '../http/support/service-double';
import { type Answer, stage } from '../http/support/stage';
import { wrapped } from '../sessions/support/store-doubles';
import { UNBOUNDED } from './unbounded';

const SLOW_MS = 400;
const MANY = 500;

const times = <T>(count: number, work: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => work(number));

function tally(answers: readonly { readonly status: number }[]): Record<number, number> {
  const statuses: Record<number, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}

/** When to come again, in milliseconds, as the header says. */
function retryAfter(answers: readonly Answer[]): number {
  const refused = answers.filter(({ status }) => status === 429);
  for (const { headers } of refused) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  return Math.max(...refused.map(({ headers }) => Number(headers.get('retry-after')))) * 1_000;
}

describe('a flood, on a virtual clock, over the memory store and a double of a service', () => {
  test('of creates is answered 429 with Retry-After, in whole seconds, after which one succeeds', async () => {
    const { open, clock, double } = stage({ limits: { opensPerMinute: 5, sessionsPerCaller: 100 } });
    await clock.advance(12_345);
    const flood = await Promise.all(times(MANY, () => open()));
    expect(tally(flood)).toEqual({ 201: 5, 429: MANY - 5 });
    expect(double.asked).toHaveLength(5);
    await clock.advance(retryAfter(flood));
    expect((await open()).status).toBe(201);
  });

  test('of creates above what one caller may have open is answered 429, and one succeeds after a close', async () => {
    const { open, close, double, clock } = stage({ limits: { opensPerMinute: MANY } });
    const flood = await Promise.all(times(100, () => open()));
    expect(tally(flood)).toEqual({ 201: 2, 429: 98 });
    expect(double.standing.size).toBe(2);
    const first = flood.find(({ status }) => status === 201)?.body;
    expect((await close(String(Reflect.get(Object(first), 'sessionId')))).status).toBe(204);
    await clock.advance(retryAfter(flood));
    expect((await open()).status).toBe(201);
  });

  test('of what is said is answered 429 with Retry-After, after which it is said', async () => {
    const { send, opened, clock, double } = stage({ limits: { callsPerMinute: 7 } });
    const id = await opened();
    const say = () => send(`/sessions/${id}/calls/ask`, { body: { text: 'hello' } });
    const flood = await Promise.all(times(MANY, say));
    expect(tally(flood)).toEqual({ 200: 7, 429: MANY - 7 });
    expect(double.said).toHaveLength(7);
    await clock.advance(retryAfter(flood));
    expect((await say()).status).toBe(200);
  });

  test('keeps no session from its beats, interrupts and close, while the flood is under way and after it', async () => {
    const { open, send, opened, close } = stage();
    const ids = [await opened(), await opened()];
    const flood = times(MANY, () => open());
    const calls = ids.flatMap((id) => times(MANY, () => send(`/sessions/${id}/calls/ask`, { body: {} })));
    const ending = ids.map(async (id) => [
      (await send(`/sessions/${id}/calls/interrupt`)).status,
      (await send(`/sessions/${id}/beat`)).status,
      (await close(id)).status,
    ]);
    expect(await Promise.all(ending)).toEqual(ids.map(() => [200, 204, 204]));
    expect(tally(await Promise.all(flood))[429]).toBeGreaterThan(MANY - 20);
    expect(tally(await Promise.all(calls))).not.toHaveProperty('500');
  });

  test('keeps no session from its beats, interrupts and close, while the store takes its time', async () => {
    const clock = createVirtualClock();
    let slow = false;
    const slowly = async <T>(work: () => Promise<T>): Promise<T> => {
      if (slow) await new Promise<void>((resolve) => void clock.schedule(resolve, SLOW_MS));
      return work();
    };
    const store = wrapped(memoryStore(), (_method, work) => slowly(work));
    const { open, send, opened, close, double } = stage({ clock, store });
    const id = await opened();
    const other = await opened({ as: 'bob' });
    slow = true;
    const flood = times(MANY, () => open());
    const ending = Promise.all([
      send(`/sessions/${id}/calls/interrupt`),
      send(`/sessions/${id}/beat`),
      close(other),
    ]);
    expect((await clock.run(ending)).map(({ status }) => status)).toEqual([200, 204, 204]);
    // Each waits for its own few looks into the store, and for nobody else's.
    expect(clock.now()).toBeLessThanOrEqual(5 * SLOW_MS);
    expect(tally(await clock.run(Promise.all(flood)))).toEqual({ 201: 1, 429: MANY - 1 });
    slow = false;
    expect(double.standing.size).toBe(2);
  });

  test('of one caller takes nobody else’s place, neither among the sessions nor among the requests of all', async () => {
    const others = 49;
    const { open, double } = stage({ limits: { sessionsInAll: 100, opensInAllPerMinute: 110 } });
    const asked = times(MANY, (number) => {
      const own = number % 5 === 0 && number / 5 < 2 * others;
      return own ? open({}, { as: `caller-${Math.floor(number / 10)}` }) : open({}, { as: 'mallory' });
    });
    const answers = await Promise.all(asked);
    const mallory = answers.filter((_, number) => !(number % 5 === 0 && number / 5 < 2 * others));
    expect(tally(answers)[201]).toBe(100);
    expect(tally(mallory)[201]).toBe(2);
    expect(double.standing.size).toBe(100);
  });
});

test(`while ${MANY} creates and ${MANY} calls are in flight over real HTTP, sessions that stand open are beaten, interrupted and closed`, async () => {
  const gate = deferred<void>();
  let waiting = 0;
  let isShut = false;
  const pass = async () => {
    if (!isShut) return;
    waiting += 1;
    await gate.promise;
  };
  const double = serviceDouble({
    open: pass,
    call: async (action) => (action === 'interrupt' ? undefined : pass()),
  });
  const served = await serveBroker({
    services: [double],
    authorize: presets({ guide: { service: 'double', avatarId: 'guide', durationSeconds: 600 } }),
    store: memoryStore(),
    limits: { ...UNBOUNDED, callsPerMinute: MANY },
  });
  onTestFinished(async () => void (await served.close()));
  const api = `${served.url}/api/avatar`;
  const ids = await Promise.all(times(3, async () => (await opened(api)).sessionId));
  isShut = true;
  const creates = times(MANY, () => open(api));
  const call = (id: string | undefined, what: string) =>
    fetch(`${api}/sessions/${id}/${what}`, { method: 'POST' });
  const calls = times(MANY, () => call(ids[0], 'calls/ask'));
  await vi.waitFor(() => expect(waiting).toBe(2 * MANY), { timeout: 20_000 });

  const statuses = await Promise.all(
    ids.map(async (id) => [
      (await call(id, 'calls/interrupt')).status,
      (await call(id, 'beat')).status,
      (await close(api, id)).status,
    ]),
  );
  expect(statuses).toEqual(ids.map(() => [200, 204, 204]));
  expect((await call(ids[0], 'calls/ask')).status).toBe(404);

  gate.resolve();
  expect(tally(await Promise.all(creates))).toEqual({ 201: MANY });
  expect(tally(await Promise.all(calls))).toEqual({ 200: MANY });
  await served.close({ sessions: 'close' });
  expect(double.standing.size).toBe(0);
});
