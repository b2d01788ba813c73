// Nothing but the service is made up: a real Chromium, a real broker with SQLite, a real livekit-server and its bot.
import { livekitRooms } from '@avatarwire/simulator/services';
import { findChromium } from '@avatarwire/tooling/chromium';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { ANSWER } from '../remote-avatar';
import { endPage } from './deaths';
import { type PageStage, startPageStage } from './stage';

const server = inject('livekitServer');
const chromiumPath = findChromium();
const patience = { timeout: 5_000 };

describe.skipIf(server === null || chromiumPath === undefined)(
  'with mock AKOOL, a real broker, a real livekit-server and real Chromium',
  () => {
    let stage: PageStage;
    beforeAll(async () => {
      // rtc-node writes every step to standard output otherwise.
      vi.stubEnv('NODE_ENV', 'production');
      if (server === null) return;
      const { url, apiKey, apiSecret } = server;
      const look = { width: 64, height: 64, framesPerSecond: 1, disposeSdk: false };
      const avatar = { reply: () => ANSWER, timings: { frameMs: 20 } };
      stage = await startPageStage(
        chromiumPath ?? '',
        livekitRooms({ url, apiKey, apiSecret, ...look, avatar }),
      );
    });
    afterAll(async () => {
      await stage?.close();
      vi.unstubAllEnvs();
    });

    test('the laptop sleeps amid a conversation: its session is closed and its counter stops; the page that wakes says so, though the room is there, and connects again', async () => {
      const { akool } = stage;
      const visitor = await stage.visitor();
      const answers: string[] = [];
      await endPage(
        stage,
        {
          what: 'it sleeps amid a conversation',
          rule: 'silent',
          async die({ page }) {
            answers.push(await page.evaluate(() => globalThis.pageUnderTest.ask('What can you do?')));
            await visitor.stop();
          },
        },
        visitor,
      );
      expect(answers).toEqual([ANSWER]);
      expect(akool.open).toBe(0);
      const { costSeconds, openSeconds } = akool;

      visitor.resume();
      await expect
        .poll(() => visitor.view(), patience)
        .toEqual({ state: 'closed', reason: 'service-ended', code: 'session-gone' });
      expect([akool.open, akool.costSeconds, akool.openSeconds]).toEqual([0, costSeconds, openSeconds]);

      await visitor.connect();
      expect(await visitor.view()).toEqual({ state: 'live' });
      expect(akool.open).toBe(1);
      await visitor.page.close();
      await expect.poll(() => akool.open, patience).toBe(0);
    });
  },
);
