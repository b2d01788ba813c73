/** A broker in a process of its own that loads itself in rounds, and says how much heap is in use after each. */

import type { AvatarServiceServer } from '@avatarwire/services';
import { createBroker, presets } from '../../src';
import { sqliteStore } from '../../src/sqlite';
import { UNBOUNDED } from './unbounded';

const [file = '', rounds = '0', sessions = '0'] = process.argv.slice(2);
const AT_ONCE = 20;
const secret = 'close-secret-of-this-page-0123456789';

let opened = 0;
/** Remembers nothing: what stays in the heap is the broker's. */
const service: AvatarServiceServer = {
  name: 'double',
  providers: ['agora'],
  accepts: ['avatarId', 'durationSeconds'],
  actions: [],
  async open() {
    const credentials = { appId: 'app', channel: 'room', token: 'token', uid: 7 };
    const details = { provider: 'agora', credentials } as const;
    return { service: 'double', id: `session-${++opened}`, details, openedAt: Date.now() };
  },
  close: async () => 'closed',
  settled: async () => {},
};

const store = sqliteStore({ file });
const broker = createBroker({
  services: [service],
  authenticate: () => ({ id: 'local' }),
  authorize: presets({ guide: { service: 'double', avatarId: 'guide', durationSeconds: 600 } }),
  store,
  limits: UNBOUNDED,
  timings: { rememberMs: 1 },
});
let keys = 0;

async function post(path: string, wanted: number, body: object, headers: Record<string, string> = {}) {
  const init = { method: 'POST', body: JSON.stringify(body), headers };
  const response = await broker.fetch(new Request(`http://localhost/api/avatar${path}`, init));
  const text = await response.text();
  if (response.status !== wanted) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}

async function live(): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': `key-of-a-page-under-load-${++keys}`,
  };
  const text = await post('/sessions', 201, { provider: 'agora', closeSecret: secret }, headers);
  const { sessionId: id } = JSON.parse(text);
  await post(`/sessions/${id}/beat`, 204, {});
  await post('/close', 204, { id, secret }, { 'content-type': 'text/plain' });
}

async function round(count: number): Promise<number> {
  let begun = 0;
  const lane = async () => {
    while (begun++ < count) await live();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await broker.sweep();
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const heap: number[] = [];
for (let done = 0; done < Number(rounds); done++) heap.push(await round(Number(sessions)));
await broker.close();
await store.close();
process.stdout.write(JSON.stringify(heap));
