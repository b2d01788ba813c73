// The demo as `pnpm demo` starts it, driven in a real Chromium: page, broker, the mock of AKOOL over HTTP, and the avatar
// over a real WebRTC loop-back, over a real livekit-server with the bot in it, and over the emulations of Agora and TRTC.
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answers,
  bill,
  chromiumPath,
  connect,
  eventually,
  expectState,
  inspect,
  launchBrowser,
  messageField,
  openPage,
  packets,
  say,
  watchAnswer,
} from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';
import { leftOpen, nothingOpen } from './support/open-media';

const providers = [
  {
    provider: 'webrtc',
    name: 'real WebRTC loop-back',
    possible: true,
    wave: 'this avatar acknowledges no actions',
  },
  {
    provider: 'livekit',
    name: 'real livekit-server',
    possible: findLivekitServer() !== undefined,
    wave: 'acknowledged',
  },
  {
    provider: 'agora',
    name: "real adapter and a double of Agora's SDK",
    possible: true,
    wave: 'this avatar acknowledges no actions',
  },
  {
    provider: 'trtc',
    name: "real adapter and a double of TRTC's SDK",
    possible: true,
    wave: 'this avatar acknowledges no actions',
  },
];

describe.skipIf(chromiumPath === undefined)('the demo in a real Chromium', () => {
  let demo: DemoProcess;
  let browser: Browser;
  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    // With the livekit-server it started.
    expect(await demo?.stop()).toBe(0);
  });

  for (const { provider, name, possible, wave } of providers) {
    describe.skipIf(!possible)(`over a ${name}`, () => {
      let page: Page;
      let errors: readonly string[];
      beforeAll(async () => {
        ({ page, errors } = await openPage(browser, `${demo.url}/?service=akool-mock&provider=${provider}`));
      });
      afterAll(async () => {
        await page?.context().close();
      });

      test('connects, and the picture moves', async () => {
        await connect(page);
        const shown = () =>
          page
            .locator('video')
            .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
        await eventually(shown).toBeGreaterThan(0);
        const before = await shown();
        await eventually(shown).toBeGreaterThan(before + 5);
      });

      test('what is asked is answered word by word, and the avatar is seen to speak', async () => {
        const growing = await watchAnswer(page);
        await say(page, 'What can you do?');
        await page.getByText('Avatar is speaking').waitFor();
        await page.locator('[data-author=avatar][data-complete=true]').waitFor();
        expect(await answers(page).last().textContent()).toMatch(/interrupt me/);
        expect(await growing(), 'sizes of the answer while it was incomplete').toSatisfy(
          (sizes: number[]) => sizes.length > 1,
        );
        expect(await page.getByTestId('delivery').first().textContent()).toBe('Sent, 16 B');
        expect(await messageField(page).inputValue()).toBe('');
      });

      test('Escape interrupts: the command goes out, is acknowledged, and the avatar falls silent', async () => {
        await inspect(page);
        await say(page, 'Tell me a story.');
        await page.getByText('Avatar is speaking').waitFor();
        await page.keyboard.press('Escape');
        await packets(page).filter({ hasText: 'interrupt → 1000' }).waitFor();
        await page.getByText('Avatar is speaking').waitFor({ state: 'detached' });
        expect(await page.locator('[data-lane=interrupt]').count()).toBe(1);
      });

      test('in retelling the avatar says what it is sent', async () => {
        await page.getByRole('radio', { name: 'Retelling' }).check({ force: true });
        await packets(page).filter({ hasText: 'set-params {"mode":1}' }).waitFor();
        await page.getByRole('button', { name: 'Speak', exact: true }).waitFor();
        const before = await answers(page).count();
        await say(page, 'Exactly these words.');
        await eventually(() => answers(page).count()).toBe(before + 1);
        await answers(page).last().getByText('Exactly these words.').waitFor();
      });

      test('speed and language are commands that the avatar acknowledges', async () => {
        const speed = page.getByRole('slider', { name: 'Voice speed' });
        await speed.press('ArrowRight');
        await packets(page).filter({ hasText: '"speed":1.05' }).waitFor();
        await eventually(() => speed.inputValue()).toBe('1.05');
        await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
        await packets(page).filter({ hasText: '"lang":"de"' }).waitFor();
        await eventually(() =>
          packets(page).filter({ hasText: 'set-params → 1000' }).count(),
        ).toBeGreaterThanOrEqual(2);
      });

      test(`a gesture goes out, and what became of it is said: ${wave}`, async () => {
        await page.getByRole('button', { name: 'Wave' }).click();
        await packets(page).filter({ hasText: 'hand_wave' }).waitFor();
        await page.getByTestId('action-outcome').getByText(wave).waitFor();
      });

      test('a packet opens to its whole frame, by pointer and by arrow keys', async () => {
        const frame = page.getByTestId('frame');
        await page.getByRole('listbox', { name: 'Packets' }).focus();
        await page.keyboard.press('Home');
        expect(JSON.parse((await frame.textContent()) ?? '')).toMatchObject({
          v: 2,
          type: 'command',
          pld: { cmd: 'set-params', data: { mode: 2 } },
        });
        await page.keyboard.press('ArrowDown');
        await eventually(async () => JSON.parse((await frame.textContent()) ?? '')).toMatchObject({
          pld: { cmd: 'set-params', code: 1000 },
        });
        await packets(page).filter({ hasText: 'What can you do?' }).click();
        expect(JSON.parse((await frame.textContent()) ?? '')).toMatchObject({
          type: 'chat',
          idx: 0,
          fin: true,
          pld: { text: 'What can you do?' },
        });
        await page.getByRole('button', { name: 'Close packet' }).click();
      });

      test('while it lasts the mock counts one paid session, and its bill moves', async () => {
        expect(await demo.openSessions()).toBe(1);
        const used = bill(page).getByText(/used$/);
        const before = await used.textContent();
        await eventually(() => used.textContent()).not.toBe(before);
        expect(await bill(page).textContent()).toMatch(/1 session open.*15:00 charged/);
      });

      test('after the end nothing is left: no track, no peer connection, no AudioContext, no paid session', async () => {
        await page.getByRole('button', { name: 'End' }).click();
        await expectState(page, 'Ended');
        await eventually(() => leftOpen(page)).toEqual(nothingOpen);
        await eventually(() => demo.openSessions()).toBe(0);
        await bill(page).getByText('given back').waitFor();
        const figures = /(\d+):(\d\d) charged(\d+):(\d\d) given back/.exec(
          (await bill(page).textContent()) ?? '',
        );
        const [, chargedMinutes, charged, backMinutes, back] = (figures ?? []).map(Number);
        expect(chargedMinutes).toBe(0);
        // Each is rounded by itself.
        expect(60 * Number(backMinutes) + Number(charged) + Number(back)).toBeGreaterThanOrEqual(899);
        expect(await bill(page).textContent()).toContain('Nothing open');
      });

      test('it connects again, keeps the transcript, and a closed tab leaves no session', async () => {
        await page.getByRole('button', { name: 'Connect again' }).click();
        await expectState(page, 'Live');
        await page.getByText('Exactly these words.').first().waitFor();
        expect(await demo.openSessions()).toBe(1);
        await page.close({ runBeforeUnload: true });
        await eventually(() => demo.openSessions()).toBe(0);
        expect(errors).toEqual([]);
      });
    });
  }
});
