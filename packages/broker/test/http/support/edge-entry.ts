/** What `node-free.test.ts` bundles and runs where there is no Node: everything of the broker that must need none. */

import { createBroker, presets } from '../../../src';
import * as jwt from '../../../src/jwt';
import { memoryStore } from '../../../src/memory';
import { serviceDouble } from './service-double';

export interface EdgeRun {
  readonly statuses: readonly number[];
  readonly standing: number;
  readonly jwt: readonly string[];
}

export async function run(): Promise<EdgeRun> {
  const double = serviceDouble();
  const broker = createBroker({
    services: [double],
    authenticate: () => ({ id: 'alice' }),
    authorize: presets({ guide: { service: 'double', avatarId: 'tristan', durationSeconds: 300 } }),
    store: memoryStore(),
  });
  const post = (path: string, type: string, body: object) =>
    broker.fetch(
      new Request(`https://edge.example/api/avatar${path}`, {
        method: 'POST',
        headers: { 'content-type': type, 'idempotency-key': 'key-of-the-page-once' },
        body: JSON.stringify(body),
      }),
    );
  const secret = 'close-secret-of-a-page-0001';
  const opened = await post('/sessions', 'application/json', { provider: 'agora', closeSecret: secret });
  const { sessionId: id } = (await opened.clone().json()) as { sessionId: string };
  const answers = [
    opened,
    await post(`/sessions/${id}/beat`, 'application/json', {}),
    await post(`/sessions/${id}/calls/ask`, 'application/json', { text: 'Hello?' }),
    await post('/sessions', 'application/json', { room: 'x' }),
    await broker.fetch(new Request('https://edge.example/api/avatar/openapi.json')),
    await post('/close', 'text/plain', { id, secret }),
  ];
  await broker.sweep();
  await broker.close();
  return {
    statuses: answers.map(({ status }) => status),
    standing: double.standing.size,
    jwt: Object.keys(jwt),
  };
}
