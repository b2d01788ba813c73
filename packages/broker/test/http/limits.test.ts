import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/memory';
import { type Answer, refusal, SECRET, stage } from './support/stage';

const MINUTE_MS = 60_000;

function expectLimited(answer: Answer, retryAfterMs: number): void {
  expect([answer.status, refusal(answer)]).toEqual([
    429,
    expect.objectContaining({ code: 'service-busy', retryAfterMs }),
  ]);
  expect(answer.headers.get('retry-after')).toBe(`${Math.ceil(retryAfterMs / 1_000)}`);
}

async function times(count: number, send: () => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < count; sent++) statuses.push((await send()).status);
  return statuses;
}

describe('limits of requests, counted in the memory store on a virtual clock', () => {
  it('bounds how often one caller asks to open, also where nothing comes of it, and nobody else', async () => {
    const { open, clock, observed, double } = stage({ limits: { opensPerMinute: 3 } });
    const wrong = { room: 'x' };
    expect(await times(3, () => open(wrong))).toEqual([400, 400, 400]);
    await clock.advance(12_500);
    expectLimited(await open(), MINUTE_MS - 12_500);
    expect(double.asked).toEqual([]);
    expect((await open({}, { as: 'bob' })).status).toBe(201);
    expect(observed).toContainEqual({ type: 'limited', lane: 'open' });
    await clock.advance(MINUTE_MS - 12_500);
    expect((await open()).status).toBe(201);
  });

  it('bounds how often all ask to open; who is refused alone does not use up what is for all', async () => {
    const { open } = stage({ limits: { opensPerMinute: 2, opensInAllPerMinute: 3 } });
    const wrong = { room: 'x' };
    expect(await times(4, () => open(wrong))).toEqual([400, 400, 429, 429]);
    expect(await times(2, () => open(wrong, { as: 'bob' }))).toEqual([400, 429]);
  });

  it('does not count those who are not logged in', async () => {
    const { open } = stage({ limits: { opensInAllPerMinute: 1 } });
    expect(await times(5, () => open({}, { as: undefined }))).toEqual([401, 401, 401, 401, 401]);
    expect((await open()).status).toBe(201);
  });

  it('bounds what is said in one session, and lets interrupts, beats and the close through', async () => {
    const { send, opened, close, observed } = stage({ limits: { callsPerMinute: 2 } });
    const [id, other] = [await opened(), await opened()];
    const say = (session: string) => send(`/sessions/${session}/calls/ask`, { body: { text: 'x' } });
    expect(await times(2, () => say(id))).toEqual([200, 200]);
    expectLimited(await say(id), MINUTE_MS);
    expect(observed).toContainEqual({ type: 'limited', lane: 'call' });
    expect((await say(other)).status).toBe(200);
    expect((await send(`/sessions/${id}/calls/interrupt`)).status).toBe(200);
    expect((await send(`/sessions/${id}/calls/keep-alive`)).status).toBe(200);
    expect((await send(`/sessions/${id}/beat`)).status).toBe(204);
    expect((await close(id)).status).toBe(204);
  });

  it('bounds interrupts and keep-alives together, beats apart from them, and still lets the session be closed', async () => {
    const { send, opened, close } = stage({ limits: { urgentCallsPerMinute: 2 } });
    const id = await opened();
    const urgent = ['calls/interrupt', 'calls/keep-alive'];
    for (const path of urgent) expect((await send(`/sessions/${id}/${path}`)).status).toBe(200);
    for (const path of urgent) expectLimited(await send(`/sessions/${id}/${path}`), MINUTE_MS);
    expect(await times(2, () => send(`/sessions/${id}/beat`))).toEqual([204, 204]);
    expectLimited(await send(`/sessions/${id}/beat`), MINUTE_MS);
    expect((await send(`/sessions/${id}/calls/ask`, { body: {} })).status).toBe(200);
    expect((await close(id)).status).toBe(204);
  });

  it('counts a session’s signalling apart: an answer and 40 candidates leave its words, and the model, all of theirs', async () => {
    const { send, opened, observed } = stage({ limits: { callsPerMinute: 1 } });
    const id = await opened();
    const call = (action: string) => send(`/sessions/${id}/calls/${action}`, { body: {} });
    expect((await call('answer')).status).toBe(200);
    expect(await times(40, () => call('ice'))).toEqual(Array.from({ length: 40 }, () => 200));
    expect(observed).not.toContainEqual(expect.objectContaining({ type: 'limited' }));
    expect((await call('ask')).status).toBe(200);
    expectLimited(await call('ask'), MINUTE_MS);
    expect((await call('ice')).status).toBe(200);
  });

  it('bounds signalling, by every name that it has, and lets interrupts and beats through beside it', async () => {
    const { send, opened, observed } = stage({ limits: { urgentCallsPerMinute: 3 } });
    const id = await opened();
    const call = (action: string) => send(`/sessions/${id}/calls/${action}`, { body: {} });
    for (const action of ['answer', 'ice', 'start']) expect((await call(action)).status).toBe(200);
    for (const action of ['answer', 'ice', 'start']) expectLimited(await call(action), MINUTE_MS);
    expect(observed).toContainEqual({ type: 'limited', lane: 'urgent' });
    expect((await call('interrupt')).status).toBe(200);
    expect((await send(`/sessions/${id}/beat`)).status).toBe(204);
    expect((await call('ask')).status).toBe(200);
  });

  it("does not count what others send to somebody's session", async () => {
    const { send, opened } = stage({ limits: { callsPerMinute: 1, urgentCallsPerMinute: 1 } });
    const id = await opened();
    expect(await times(3, () => send(`/sessions/${id}/beat`, { as: 'mallory' }))).toEqual([404, 404, 404]);
    expect(await times(3, () => send(`/sessions/${id}/calls/ask`, { as: 'mallory' }))).toEqual([
      404, 404, 404,
    ]);
    expect((await send(`/sessions/${id}/beat`)).status).toBe(204);
    expect((await send(`/sessions/${id}/calls/ask`, { body: {} })).status).toBe(200);
  });

  it('bounds attempts to close with the right secret; wrong ones are not counted, and keep nobody from closing', async () => {
    const { opened, close, double } = stage({ limits: { closesPerMinute: 3 } });
    const id = await opened();
    const guesses = await times(20, () => close(id, 'a-guess-of-somebody-else-1'));
    expect(new Set(guesses)).toEqual(new Set([404]));
    expect(await times(3, () => close(id))).toEqual([204, 204, 204]);
    expectLimited(await close(id), MINUTE_MS);
    expect(double.standing.size).toBe(0);
  });

  it('writes no counter for a session that does not exist', async () => {
    const store = memoryStore();
    const counted: string[] = [];
    const count = store.count.bind(store);
    store.count = (key, options) => {
      counted.push(key);
      return count(key, options);
    };
    const { close, send } = stage({ store });
    await close('A'.repeat(22));
    await send(`/sessions/${'A'.repeat(22)}/beat`);
    await send(`/sessions/${'A'.repeat(22)}/calls/ask`, { body: {} });
    expect(counted).toEqual([]);
  });

  it('keeps no close secret in the store, whatever is counted', async () => {
    const store = memoryStore();
    const keys: string[] = [];
    const count = store.count.bind(store);
    store.count = (key, options) => {
      keys.push(key);
      return count(key, options);
    };
    const { opened, close } = stage({ store });
    await close(await opened());
    expect(keys.some((key) => key.startsWith('close:'))).toBe(true);
    expect(keys.join()).not.toContain(SECRET);
  });

  it('lets beats and closes through where the store cannot count, answers 503 to the rest, and logs it', async () => {
    const { opened, open, send, close, store, log } = stage();
    const id = await opened();
    store.count = () => Promise.reject(new Error('disk is full'));
    const refusedAnswers = [
      await open(),
      await send(`/sessions/${id}/calls/ask`, { body: {} }),
      await send(`/sessions/${id}/calls/interrupt`),
    ];
    for (const answer of refusedAnswers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.text).not.toContain('disk is full');
    }
    expect((await send(`/sessions/${id}/beat`)).status).toBe(204);
    expect((await close(id)).status).toBe(204);
    expect(log.filter((line) => line.includes('could not be counted'))).toHaveLength(5);
  });
});
