import { describe, test } from 'vitest';
import { CLOSE_REASONS } from '../src/livekit-events';
import { type LivekitSdk, LOW_MARK_BYTES } from '../src/livekit-sdk';
import { freshRoom, haveServer, joinRaw, recordPackets, sharedServer } from './real/access';
import { connectVisitor } from './real/visitor';

/** The lowest of the peer range, the one we develop with, the newest. That they compile here is half of the test. */
const versions: readonly (readonly [string, () => Promise<LivekitSdk & { readonly version: string }>])[] = [
  ['2.20.2', () => import('livekit-client-oldest')],
  ['2.22.0', () => import('livekit-client')],
  ['2.23.0', () => import('livekit-client-newest')],
];

describe.skipIf(!haveServer)('over a real livekit-server in Chromium, the real livekit-client', () => {
  test.concurrent.for(versions)(
    '%s joins, talks both ways, resumes, reconnects and leaves, with our low mark on every channel',
    { timeout: 40_000 },
    async ([version, sdk], { expect }) => {
      expect((await sdk()).version).toBe(version);
      const room = freshRoom();
      const avatar = await joinRaw(sharedServer(), room, 'avatar');
      const heard = recordPackets(avatar);
      const { transport, all } = await connectVisitor(room, { avatarId: 'avatar', adapter: { sdk } });
      const mark = () => transport.native?.engine.dataChannelForKind(0)?.bufferedAmountLowThreshold;
      try {
        expect(all('participant-joined')).toEqual([{ id: 'avatar' }]);
        await transport.send(Uint8Array.of(1));
        expect(mark()).toBe(LOW_MARK_BYTES);
        await avatar.localParticipant.publishData(Uint8Array.of(2), { reliable: true });
        await expect
          .poll(() => [heard.length, all('packet')])
          .toEqual([1, [{ data: Uint8Array.of(2), from: 'avatar' }]]);

        await transport.native?.simulateScenario('signal-reconnect');
        await expect.poll(() => all('reconnected'), { timeout: 10_000 }).toEqual([{ lossy: false }]);
        await transport.native?.simulateScenario('full-reconnect');
        await expect
          .poll(() => all('reconnected'), { timeout: 10_000 })
          .toEqual([{ lossy: false }, { lossy: true }]);
        expect(all('participant-left')).toEqual([]);
        await transport.send(Uint8Array.of(3));
        expect(mark()).toBe(LOW_MARK_BYTES);
        await expect.poll(() => heard.map(({ data }) => data[0])).toEqual([1, 3]);
      } finally {
        await transport.close();
        await avatar.disconnect();
      }
      expect(all('closed')).toEqual([{ reason: 'requested' }]);
    },
  );

  test.for(versions)(
    '%s knows no reason to disconnect that is missing in our table',
    async ([, sdk], { expect }) => {
      const reasons = Object.values((await sdk()).DisconnectReason).filter((name) =>
        Number.isNaN(Number(name)),
      );

      expect(reasons.filter((name) => !(name in CLOSE_REASONS))).toEqual([]);
      expect(reasons.length).toBeGreaterThan(10);
    },
  );
});
