import type { BrokerSourceOptions } from '@avatarwire/core';
import { expect, test, vi } from 'vitest';
import { stage } from './stage';

const all = 'with mock AKOOL and a real broker over HTTP';

/** Requests to open, each with what happens to it in the page's network. */
function network(...fates: ((answer: Promise<Response>, hangUp: () => void) => Promise<Response>)[]) {
  const keys: (string | null)[] = [];
  const statuses: number[] = [];
  const source: BrokerSourceOptions = {
    headers: () => ({ authorization: 'Bearer alice' }),
    async fetch(address, init) {
      if (!String(address).endsWith('/sessions')) return fetch(address, init);
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      const line = new AbortController();
      const answer = fetch(address, { ...init, signal: line.signal });
      const fate = fates[keys.length - 1];
      const response = await (fate ? fate(answer, () => line.abort()) : answer);
      statuses.push(response.status);
      return response;
    },
  };
  return { source, keys, statuses };
}

test(`an answer that is lost on its way costs one session, which is closed ${all}`, async () => {
  const { source, keys, statuses } = network(async (answer) => {
    await (await answer).text();
    throw new TypeError('the network went away');
  });
  const { session, mock, observed } = await stage({ source });
  await session.connect();
  expect(statuses).toEqual([409, 201]);
  expect([keys[0] === keys[1], keys[1] === keys[2]]).toEqual([true, false]);
  await vi.waitFor(() => expect([mock.open, mock.opened]).toEqual([1, 2]));
  expect(observed).toContainEqual(expect.objectContaining({ type: 'closed' }));
  await session.close();
  expect(mock.open).toBe(0);
});

test(`a connection that breaks while the service opens: in with a fresh key, the other is closed ${all}`, async () => {
  let broken: () => void = () => {};
  const { source, statuses } = network(async (answer, hangUp) => {
    answer.catch(() => {});
    await new Promise<void>((resolve) => {
      broken = resolve;
    });
    hangUp();
    throw new TypeError('the network went away');
  });
  const { session, mock, observed } = await stage({ source });
  const slow = mock.fail({ name: 'slow' }, { on: 'session.create' });
  const connecting = session.connect();
  await vi.waitFor(() => expect(slow.waiting).toBe(1));
  broken();
  await connecting;
  expect(statuses).toEqual([409, 201]);

  slow.release();
  await vi.waitFor(() =>
    expect(observed).toContainEqual(expect.objectContaining({ type: 'closed', reason: 'client-gone' })),
  );
  expect([mock.open, mock.opened]).toEqual([1, 2]);
  await session.close();
  expect(mock.open).toBe(0);
});

test(`a request that never arrived is simply repeated ${all}`, async () => {
  let first = true;
  const { session, mock } = await stage({
    source: {
      headers: () => ({ authorization: 'Bearer alice' }),
      async fetch(address, init) {
        if (first) {
          first = false;
          throw new TypeError('the network is away');
        }
        return fetch(address, init);
      },
    },
  });
  await session.connect();
  expect([mock.open, mock.opened]).toEqual([1, 1]);
});
