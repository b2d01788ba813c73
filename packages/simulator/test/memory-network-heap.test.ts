import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createMemoryNetwork, createVirtualClock } from '../src';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const CLIENTS = 200;
const PACKETS = 500;

function usedHeap(): number {
  for (let time = 0; time < 3; time += 1) collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('what the memory network counted of a client goes when the client has left, but for its violations', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const visit = async () => {
    const client = network.client();
    await clock.run(client.join('room'));
    for (let packet = 0; packet < PACKETS; packet += 1) await client.send(new Uint8Array(1));
    await clock.advance(100);
    await client.leave();
    (network.handedOver as unknown[]).length = 0;
  };
  for (let client = 0; client < 20; client += 1) await visit();
  const before = usedHeap();
  for (let client = 0; client < CLIENTS; client += 1) await visit();
  // Each had a log of 500 packets of its last second: 20 kB.
  expect((usedHeap() - before) / CLIENTS).toBeLessThan(4_000);
});
