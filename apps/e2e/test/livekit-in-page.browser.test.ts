import { createAvatarSession } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { simulateService } from '@avatarwire/simulator/transport';
import { setLogLevel } from 'livekit-client';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { ANSWER } from './remote-avatar';

setLogLevel('silent');

const server = inject('livekitServer');
const patience = { timeout: 25_000, interval: 100 };
const GRANT = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };

describe.skipIf(server === null)(
  'the simulated avatar in the page, over livekit-client and a real livekit-server',
  () => {
    test('it is seen, asked and answers, goes and comes back, and its service session ends with ours', async () => {
      if (server === null) throw new Error('no livekit-server was found');
      const simulator = simulateService({
        provider: 'livekit',
        transport: () => livekit({ rtcConfig: { iceServers: [] } }),
        credentials: async (room, who) => ({
          url: server.url,
          token: await commands.livekitToken(server, who, { ...GRANT, room }),
        }),
        width: 128,
        height: 128,
        framesPerSecond: 10,
        avatar: { reply: () => ANSWER, timings: { frameMs: 20 }, behaviour: { namedInDetails: true } },
      });
      onTestFinished(simulator.close);
      const session = createAvatarSession({
        transports: { livekit: simulator.transport },
        source: simulator.source,
      });
      onTestFinished(session.close);
      const video = document.createElement('video');
      video.muted = true;
      document.body.append(video);
      onTestFinished(() => video.remove());
      session.attach(video);

      await session.connect();
      expect(session.getSnapshot().avatar.id).toBe('avatar');
      await vi.waitFor(() => expect(video.videoWidth).toBe(128), patience);
      expect(session.getSnapshot().avatar).toMatchObject({ audio: true, video: true });
      const answered = session.once('message-received', {
        where: ({ message }) => message.author === 'avatar',
      });
      await session.ask('What can you do?');
      expect((await answered).message.text === ANSWER).toBe(true);

      await simulator.leave();
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('waiting'), patience);
      await simulator.return();
      await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'), patience);
      await session.speak('Welcome back.');
      await vi.waitFor(
        () => expect(simulator.avatar?.heard.messages.at(-1)?.text).toBe('Welcome back.'),
        patience,
      );

      await session.close();
      expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
    });
  },
);
