import { type AvatarSession, createAvatarSession, type SessionSource } from '@avatarwire/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AgoraService, agoraService, type TrtcService, trtcService } from './cloud-stage';

interface Log {
  readonly entries: string[];
}

/** Two services, one session: what a page has that lets configuration choose. */
function startBoth(
  connectMs = 15_000,
): Log & { agora: AgoraService; trtc: TrtcService; session: AvatarSession } {
  const entries: string[] = [];
  const agora = agoraService();
  const trtc = trtcService();
  const source: SessionSource = {
    open({ provider }, options) {
      entries.push(`open ${provider}`);
      return (provider === 'agora' ? agora : trtc).source.open({ provider }, options);
    },
    async close(details, options) {
      entries.push(`close ${details.provider}`);
      await (details.provider === 'agora' ? agora : trtc).source.close?.(details, options);
      entries.push(`closed ${details.provider}`);
    },
  };
  const session = createAvatarSession({
    transports: { trtc: trtc.transport, agora: agora.transport },
    prefer: ['agora', 'trtc'],
    source,
    timeouts: { connectMs },
  });
  onTestFinished(async () => {
    await session.close();
    await Promise.all([agora.close(), trtc.close()]);
  });
  session.on('attempt-failed', ({ provider, error }) => entries.push(`failed ${provider}: ${error.code}`));
  return { entries, agora, trtc, session };
}

const heard = ({ simulator }: TrtcService, text: string) =>
  vi.waitFor(() => expect(simulator.avatar?.heard.messages.map((message) => message.text)).toEqual([text]), {
    timeout: 25_000,
  });

describe('one session over doubles of two SDKs in Chromium', () => {
  test('the preferred one is taken, and the other is never touched', async () => {
    const { session, entries, trtc } = startBoth();
    await session.connect();
    expect(session.getSnapshot()).toMatchObject({ state: 'live', provider: 'agora' });
    expect(entries).toEqual(['open agora']);
    expect(trtc.cloud.clients).toEqual([]);
  });

  test.each([
    ['refuses the visitor', 'network', 15_000, () => Promise.reject(new Error('no'))],
    // As short as leaves the second one time to connect on a busy machine.
    ['never answers', 'connect-timeout', 3_000, () => new Promise<never>(() => {})],
  ] as const)(
    'where the first %s, its service session is closed before the second is opened, and the conversation is had there',
    async (_name, code, connectMs, join) => {
      const { session, entries, agora, trtc } = startBoth(connectMs);
      // The avatar is in its room; the visitor does not get there.
      agora.simulator.onAvatar(() => {
        agora.cloud.faults.join = join;
      });
      await session.connect();
      expect(session.getSnapshot()).toMatchObject({ state: 'live', provider: 'trtc' });
      expect(entries).toEqual([
        'open agora',
        'close agora',
        'closed agora',
        `failed agora: ${code}`,
        'open trtc',
      ]);
      expect(agora.simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
      expect(agora.closes).toEqual(['connect-failed']);
      expect(agora.cloud.clients.map((client) => client.listenerCount())).toEqual([0, 0]);
      await session.speak('Over here.');
      await heard(trtc, 'Over here.');
      await session.close();
      expect(trtc.simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
    },
  );

  test('switched in the middle of its life, the session talks over the other network, and nothing of the first is left', async () => {
    const { session, entries, agora, trtc } = startBoth();
    await session.connect();
    await session.speak('First over Agora.');
    await session.close();
    agora.cloud.faults.join = () => Promise.reject(new Error('nobody gets in any more'));
    await session.connect();
    expect(session.getSnapshot()).toMatchObject({ state: 'live', provider: 'trtc' });
    await session.speak('Then over TRTC.');
    await heard(trtc, 'Then over TRTC.');
    expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual([
      'First over Agora.',
      'Then over TRTC.',
    ]);
    expect(agora.simulator.service.open).toBe(0);
    // The service itself could not get its avatar in, so that there was nothing to close.
    expect(entries.slice(3)).toEqual(['open agora', 'failed agora: network', 'open trtc']);
  });
});
