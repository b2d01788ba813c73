import { AvatarError, type AvatarErrorCode } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { serviceDouble } from './support/service-double';
import { bench, KEYS, order, refused, SECRET, stage } from './support/stage';

const { signal } = new AbortController();

describe('what goes over REST (A2E, HeyGen and LiveAvatar mocks over HTTP)', () => {
  test.each([
    ['a2e', 'speak', { text: 'Hello.' }, 'speak'],
    ['heygen', 'start', { sdp: { type: 'answer', sdp: 'v=0' } }, 'session.start'],
    ['liveavatar', 'keep-alive', undefined, 'session.keep-alive'],
  ] as const)('%s takes %s', async (name, action, body, called) => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order(name));
    expect(await keeping.call(record, action, body, signal)).toBeUndefined();
    expect(mock[name].calls.at(-1)).toMatchObject({ name: called, status: 200 });
  });

  test('an action that the service does not have is refused, also one that every object has', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order('a2e'));
    const { record: akool } = await keeping.open(order('akool'));
    const before = mock.a2e.calls.length;
    for (const action of ['task', 'constructor', 'toString', '__proto__', 'length', '0', '']) {
      expect(await refused(keeping.call(record, action, {}, signal))).toMatchObject({
        status: 404,
        code: 'unsupported',
      });
    }
    expect(await refused(keeping.call(akool, 'speak', {}, signal))).toMatchObject({ code: 'unsupported' });
    expect(mock.a2e.calls).toHaveLength(before);
  });

  test('a body that the service cannot take names its field, and sends nothing', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order('a2e'));
    const before = mock.a2e.calls.length;
    const refusal = await refused(keeping.call(record, 'speak', { channel: 'x' }, signal));
    expect(refusal).toMatchObject({ status: 400, code: 'invalid-argument', service: 'a2e' });
    expect(refusal.message).toContain('body.text');
    expect(mock.a2e.calls).toHaveLength(before);
  });

  test('a session that is over takes nothing', async () => {
    const { keeper } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order('heygen'));
    await keeping.close(record.id, SECRET);
    const over = { ...record, state: 'closed' as const };
    expect(await refused(keeping.call(over, 'task', { text: 'Hello.' }, signal))).toMatchObject({
      status: 404,
      code: 'session-gone',
    });
  });

  test('a service that says that the session is gone ends its record', async () => {
    const { keeper, services, store } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order('liveavatar'));
    await services.liveavatar.close(record.serviceSessionId ?? '');
    expect(await refused(keeping.call(record, 'keep-alive', {}, signal))).toMatchObject({
      status: 404,
      code: 'session-gone',
      service: 'liveavatar',
    });
    expect(await store.find(record.id)).toMatchObject({ state: 'closed', endReason: 'expired' });
    expect(await refused(keeping.owned({ id: 'ann' }, record.id))).toMatchObject({ status: 404 });
  });

  test('a text that comes before HeyGen was started is refused, and the session stays', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order('heygen'));
    expect(await refused(keeping.call(record, 'task', { text: 'Hello.' }, signal))).toMatchObject({
      status: 502,
      code: 'service-refused',
      serviceCode: 400_006,
    });
    expect(mock.heygen.open).toBe(1);
    await keeping.call(record, 'start', { sdp: { type: 'answer', sdp: 'v=0' } }, signal);
    await keeping.call(await keeping.owned({ id: 'ann' }, record.id), 'task', { text: 'Hello.' }, signal);
  });

  test('an aborted call rejects with its reason, and the session stays', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order('heygen'));
    const held = mock.heygen.fail('slow', { on: 'session.task' });
    const leaving = new AbortController();
    const calling = keeping.call(record, 'task', { text: 'Hello.' }, leaving.signal);
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    const reason = new Error('the page is gone');
    leaving.abort(reason);
    await expect(calling).rejects.toBe(reason);
    held.release();
    expect(await keeping.owned({ id: 'ann' }, record.id)).toBeDefined();
  });

  test('no key and no secret stands in a log, in a record or in what is observed', async () => {
    const { keeper, mock, log, seen, store } = await stage();
    const keeping = keeper();
    for (const name of ['akool', 'a2e', 'heygen', 'liveavatar'] as const) {
      const caller = { id: name };
      const { record, details } = await keeping.open(order(name, { caller }));
      mock[name].fail('server-error', { on: 'session.close', times: 4 });
      await keeping.close(record.id, SECRET);
      mock[name].fail({ name: 'code', code: 1101, message: `bad ${JSON.stringify(KEYS)}` }, { times: 2 });
      await refused(keeping.open(order(name, { caller })));
      const secrets = Object.values(details.credentials).filter(
        (value) => typeof value === 'string' && value.length > 20 && value !== record.serviceSessionId,
      );
      const records = await store.list(['open', 'closing', 'closed', 'failed', 'unresolved'], 99);
      const all = JSON.stringify([log, seen, records]);
      for (const secret of [...secrets, SECRET]) expect(all).not.toContain(secret);
      expect(all).not.toMatch(/-key-[0-9a-f]{8}|akool-client|akool-secret/);
    }
  });
});

describe('actions (a double of a service)', () => {
  test('a service half is asked for none that it does not name', async () => {
    const clock = createVirtualClock();
    const service = serviceDouble(clock);
    const called = vi.spyOn(service, 'call');
    const keeping = bench([service], clock).keeper();
    const { record } = await keeping.open(order());
    for (const action of ['length', 'constructor', '0']) {
      expect(await refused(keeping.call(record, action, {}, signal))).toMatchObject({ code: 'unsupported' });
    }
    expect(called).not.toHaveBeenCalled();
    await keeping.call(record, 'task', { text: 'Hello.' }, signal);
    expect(called).toHaveBeenCalledWith('akool-1', 'task', { text: 'Hello.' }, { signal });
  });
});

describe('every code of a service half (a double of a service)', () => {
  const ROWS: readonly (readonly [
    AvatarErrorCode,
    readonly [number, AvatarErrorCode],
    readonly [number, AvatarErrorCode],
  ])[] = [
    ['invalid-argument', [400, 'invalid-argument'], [400, 'invalid-argument']],
    ['invalid-credentials', [502, 'service-refused'], [502, 'service-refused']],
    ['unsupported', [400, 'invalid-argument'], [404, 'unsupported']],
    ['credentials-refused', [502, 'service-refused'], [502, 'service-refused']],
    ['session-gone', [502, 'service-refused'], [404, 'session-gone']],
    ['service-refused', [502, 'service-refused'], [502, 'service-refused']],
    ['service-busy', [503, 'service-busy'], [503, 'service-busy']],
    ['connect-timeout', [504, 'connect-timeout'], [504, 'connect-timeout']],
    ['network', [502, 'network'], [502, 'network']],
    ['queue-full', [502, 'network'], [502, 'network']],
  ];

  test.each(ROWS)('%s: %o when opening, %o when calling', async (code, opening, calling) => {
    const clock = createVirtualClock();
    const service = serviceDouble(clock);
    const { keeper } = bench([service], clock);
    const keeping = keeper();
    const { record } = await keeping.open(order());
    const cause = new Error('top secret');
    const error = new AvatarError(code, 'It said something.', { serviceCode: 42, cause });
    service.faults.beforeOpen = () => Promise.reject(error);
    service.call = () => Promise.reject(error);
    const refusals = [
      [await refused(keeping.open(order())), opening],
      [await refused(keeping.call(record, 'task', {}, signal)), calling],
    ] as const;
    for (const [refusal, [status, expected]] of refusals) {
      expect(refusal).toMatchObject({
        status,
        code: expected,
        service: 'akool',
        serviceCode: 42,
        cause: error,
      });
      expect(refusal.message).toContain('akool');
      expect(refusal.message).not.toMatch(/secret|It said/);
      expect(refusal.retryAfterMs).toBe(expected === 'service-busy' ? 5_000 : undefined);
    }
  });
});
