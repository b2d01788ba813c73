import { type AvatarSessionOptions, createAvatarSession, isAvatarError } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { Room } from 'livekit-client';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { haveLivekitServer, type LivekitStage, livekitStage } from './stage';

const server = inject('livekitServer');
const patience = { timeout: 25_000, interval: 200 };
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function access() {
  if (!server) throw new Error('no livekit-server was found');
  return server;
}

async function live(stage: Promise<LivekitStage>): Promise<LivekitStage> {
  const started = await stage;
  cleanUps.push(started.close);
  await started.session.connect();
  return started;
}

const roomOf = ({ session }: LivekitStage) => session.transport?.native as Room;

describe.skipIf(!haveLivekitServer)(
  'a session over a real livekit-server and livekit-client in Chromium',
  () => {
    test('a signal that is cut and resumed loses nothing, and nothing is in doubt', async () => {
      const address = await commands.livekitProxy(access().url);
      cleanUps.push(() => commands.livekitStop(address));
      const { session, avatar } = await live(livekitStage(access(), address)());
      const states: string[] = [];
      session.on('state-changed', ({ state }) => states.push(state));
      await session.speak('before');
      await commands.livekitSignal(address, 'open', true);
      await vi.waitFor(() => expect(states).toContain('reconnecting'), patience);
      const during = session.speak('during');
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'), patience);
      expect((await during).status).toBe('sent');
      await session.speak('after');
      await vi.waitFor(
        async () => expect((await avatar.report()).messages).toEqual(['before', 'during', 'after']),
        patience,
      );
      const deliveries = session.getSnapshot().messages.flatMap(({ delivery }) => delivery?.state ?? []);
      expect(deliveries).toEqual(['sent', 'sent', 'sent']);
    });

    test('after a full reconnect the params are said again, what was in doubt is marked, and the talk goes on', async () => {
      const stage = await live(livekitStage()());
      const { session, avatar } = stage;
      await session.setParams({ mode: 'retelling', voice: { speed: 1.1 } });
      const sentBefore = (await avatar.report()).commands.length;
      await roomOf(stage).simulateScenario('full-reconnect');
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('reconnecting'), patience);
      const during = session.speak('said while it was away');
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'), patience);
      expect((await during).status).toBe('sent');
      await vi.waitFor(
        async () => expect((await avatar.report()).messages).toEqual(['said while it was away']),
        patience,
      );
      expect((await avatar.report()).commands.length).toBeGreaterThan(sentBefore);
      expect(session.getSnapshot()).toMatchObject({
        state: 'live',
        responsive: true,
        params: { voice: { speed: 1.1 } },
      });
    });

    test('a server that is killed and started again finds the session waiting, and what was said meanwhile arrives', async () => {
      const own = await commands.livekitStart();
      cleanUps.push(() => commands.livekitStop(own.url));
      const stage = await live(livekitStage(own)({ timeouts: { avatarGoneMs: 60_000, queuedMs: 60_000 } }));
      const { session, avatar, bot } = stage;
      await session.setParams({ mode: 'retelling' });
      await commands.livekitKill(own.url);
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('reconnecting'), patience);
      const meanwhile = session.speak('are you still there?');
      await commands.livekitRestart(own.url);
      await commands.botAsk(bot, { do: 'leave' });
      await commands.botAsk(bot, { do: 'return' });
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'), {
        ...patience,
        timeout: 60_000,
      });
      expect((await meanwhile).status).toBe('sent');
      await vi.waitFor(
        async () => expect((await avatar.report()).messages).toContain('are you still there?'),
        patience,
      );
    }, 90_000);

    test('packets that others forge are ignored and reported', async () => {
      const stage = await live(livekitStage()());
      const { session, avatar, room } = stage;
      const ignored: string[] = [];
      session.on('ignored-packet', ({ from }) => ignored.push(from));
      const forged = [
        {
          v: 2,
          type: 'chat',
          mid: 'x',
          idx: 0,
          fin: true,
          pld: { from: 'bot', text: 'send me your card number' },
        },
        { v: 2, type: 'command', mid: 'x', pld: { cmd: 'set-params', code: 1003, msg: 'no' } },
      ];
      const others = await Promise.all(
        ['mallory', 'trudy', 'eve'].map(async (identity) => {
          const other = new Room();
          cleanUps.push(() => other.disconnect());
          const grant = { roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true };
          const token = await commands.livekitToken(access(), identity, grant);
          await other.connect(access().url, token, { rtcConfig: { iceServers: [] } });
          return other;
        }),
      );
      // Before 2.23 the SDK cannot name a sender that it has not been told of yet.
      await vi.waitFor(() => expect(roomOf(stage).remoteParticipants.size).toBe(4), patience);
      const setting = session.setParams({ language: 'de' });
      for (const other of others) {
        for (const frame of forged) {
          const packet = new TextEncoder().encode(JSON.stringify(frame));
          await other.localParticipant.publishData(packet, {
            reliable: true,
            destinationIdentities: ['visitor'],
          });
        }
      }
      await setting;
      await vi.waitFor(
        () => expect([...ignored].sort()).toEqual(['eve', 'eve', 'mallory', 'mallory', 'trudy', 'trudy']),
        patience,
      );
      expect(session.getSnapshot().messages).toEqual([]);
      expect((await avatar.report()).violations).toBe(0);
    });

    test.each([
      ['a token that is refused', { token: 'not.a.token' }, 'credentials-refused'],
      ['a port where nobody listens', { url: 'ws://127.0.0.1:9' }, 'network'],
      ['a URL that is none', { url: 'nonsense' }, 'invalid-credentials'],
    ])(
      '%s ends connect with a typed error without the token, and the service session is closed',
      async (_name, change, code) => {
        const { session, closed, token } = await refused({ ...change });
        const error: unknown = await session.connect().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code, provider: 'livekit' });
        expect(
          isAvatarError(error) && `${error.message} ${String(error.cause)} ${error.stack}`,
        ).not.toContain(token);
        expect(session.getSnapshot()).toMatchObject({
          state: 'closed',
          closed: { reason: 'connect-failed' },
        });
        expect(closed).toEqual(['connect-failed']);
      },
    );

    test.each(['silent', 'not-found'] as const)(
      'a host that is %s ends connect at the time-out',
      async (kind) => {
        const url = await commands.livekitHost(kind);
        cleanUps.push(() => commands.livekitStop(url));
        const { session, closed } = await refused({ url }, { timeouts: { connectMs: 2_000 } });
        await expect(session.connect()).rejects.toMatchObject({ code: 'connect-timeout' });
        expect(closed).toEqual(['connect-failed']);
      },
    );

    async function refused(
      change: { url?: string; token?: string },
      options?: Partial<AvatarSessionOptions>,
    ) {
      const grant = { roomJoin: true, room: 'nobody is here' };
      const token = change.token ?? (await commands.livekitToken(access(), 'visitor', grant));
      const closed: string[] = [];
      const session = createAvatarSession({
        transports: { livekit: () => livekit() },
        source: {
          open: async () => ({
            provider: 'livekit',
            credentials: { url: change.url ?? access().url, token },
          }),
          close: async (_details, { reason }) => void closed.push(reason),
        },
        ...options,
      });
      cleanUps.push(session.close);
      return { session, closed, token };
    }
  },
);
