import { expect, test } from 'vitest';
import { freshRoom, joinRaw, sharedServer } from './real/access';
import { connectVisitor } from './real/visitor';

test.for(['leave-full-reconnect', 'server-leave', 'node-failure', 'migration', 'full-reconnect'] as const)('probe %s', async (s) => {
  const name = freshRoom();
  const a = await joinRaw(sharedServer(), name, 'avatar');
  const v = await connectVisitor(name);
  const log: unknown[] = [];
  const t0 = performance.now();
  for (const e of ['participantConnected', 'participantActive', 'participantDisconnected', 'connectionStateChanged', 'disconnected'] as const)
    v.transport.native!.on(e, (p: any) => log.push([Math.round(performance.now() - t0), e, p?.identity ?? p]));
  await v.transport.native!.simulateScenario(s);
  await new Promise((r) => setTimeout(r, 8000));
  console.log(s, JSON.stringify(log), JSON.stringify(v.events));
  await v.transport.close();
  await a.disconnect();
}, 30000);
