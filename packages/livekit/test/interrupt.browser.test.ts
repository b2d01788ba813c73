import { armNetwork, disarmNetwork, shapeNetwork } from '@avatarwire/tooling/page-network';
import { describe, expect, test } from 'vitest';
import { freshRoom, haveServer, joinRaw, recordPackets, sharedServer } from './real/access';
import { connectVisitor } from './real/visitor';

const UPLINK_BYTES_PER_SECOND = 32_000;
const BOUND_BYTES = 80_000;
/** 400 ms of the shaped uplink. Without a limit the queue would hold megabytes, which no sender can see. */
const PACKET_QUEUE_LENGTH = Math.ceil((UPLINK_BYTES_PER_SECOND * 0.4) / 1_200);
const CHAT = 1;
const INTERRUPT = 2;

describe.skipIf(!haveServer)(
  'over a real livekit-server, with the uplink of the real Chromium at 256 kbit/s',
  () => {
    test('at most 80 kB of 5 MB of older chat arrive after an interrupt', { timeout: 60_000 }, async () => {
      await armNetwork();
      const room = freshRoom();
      const avatar = await joinRaw(sharedServer(), room, 'avatar');
      const heard = recordPackets(avatar);
      const { transport } = await connectVisitor(room, { avatarId: 'avatar' });
      try {
        await shapeNetwork({
          uploadThroughput: UPLINK_BYTES_PER_SECOND,
          packetQueueLength: PACKET_QUEUE_LENGTH,
        });
        // As the session's outbox does it: a packet follows when the one before has settled.
        const queue = Array.from({ length: 334 }, () => new Uint8Array(15_000).fill(CHAT));
        let interrupted = false;
        const chatting = (async () => {
          for (const packet of queue) {
            if (interrupted) return;
            await transport.send(packet);
          }
        })();
        const startedAt = performance.now();
        await expect.poll(() => received(heard, CHAT), { timeout: 20_000 }).toBeGreaterThan(120_000);
        // Proof that the uplink was narrow: on an open one this takes a few milliseconds.
        expect(performance.now() - startedAt).toBeGreaterThan(1_000);

        interrupted = true;
        const before = received(heard, CHAT);
        const asked = performance.now();
        await transport.send(Uint8Array.of(INTERRUPT));
        await expect.poll(() => received(heard, INTERRUPT), { timeout: 20_000 }).toBe(1);
        const waitedMs = Math.round(performance.now() - asked);
        await chatting;

        const older = received(heard, CHAT) - before;
        console.info(`${older} bytes of older chat arrived after the interrupt, which took ${waitedMs} ms`);
        expect(older).toBeGreaterThan(0);
        expect(older).toBeLessThanOrEqual(BOUND_BYTES);
      } finally {
        await disarmNetwork();
        await transport.close();
        await avatar.disconnect();
      }
    });
  },
);

function received(packets: readonly { readonly data: Uint8Array }[], kind: number): number {
  return packets
    .filter(({ data }) => data[0] === kind)
    .reduce((total, { data }) => total + data.byteLength, 0);
}
