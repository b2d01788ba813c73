import { describe, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { freshRoom, haveServer, joinRaw, recordPackets, sharedServer } from './real/access';
import { connectVisitor } from './real/visitor';

const UPLINK_BYTES_PER_SECOND = 32_000;
const BOUND_BYTES = 80_000;
const WIDE_OPEN = 100_000_000;
const CHAT = 1;
const INTERRUPT = 2;

const session = cdp() as { send(method: string, parameters?: object): Promise<unknown> };

describe.skipIf(!haveServer)(
  'over a real livekit-server, with the uplink of the real Chromium at 256 kbit/s',
  () => {
    test('at most 80 kB of 5 MB of older chat arrive after an interrupt', { timeout: 60_000 }, async () => {
      await shapeUplink(WIDE_OPEN);
      const room = freshRoom();
      const avatar = await joinRaw(sharedServer(), room, 'avatar');
      const heard = recordPackets(avatar);
      const { transport } = await connectVisitor(room, { avatarId: 'avatar' });
      try {
        await shapeUplink(UPLINK_BYTES_PER_SECOND);
        // As the session's outbox does it: a packet follows when the one before has settled.
        const queue = Array.from({ length: 334 }, () => new Uint8Array(15_000).fill(CHAT));
        let interrupted = false;
        const chatting = (async () => {
          for (const packet of queue) {
            if (interrupted) return;
            await transport.send(packet);
          }
        })();
        await expect.poll(() => received(heard, CHAT), { timeout: 20_000 }).toBeGreaterThan(120_000);

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
        await shapeUplink(WIDE_OPEN);
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

/**
 * Chromium shapes only the peer connections that were made while this was on: switch it on, wide open, first. The
 * queue before the bottleneck holds 400 ms of the shaped uplink; without a limit it would hold megabytes, which no
 * sender can see.
 */
async function shapeUplink(uploadThroughput: number): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 1,
    downloadThroughput: WIDE_OPEN,
    uploadThroughput,
    packetQueueLength: uploadThroughput === WIDE_OPEN ? 0 : Math.ceil((uploadThroughput * 0.4) / 1_200),
  });
}
