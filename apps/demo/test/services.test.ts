// The demo as `pnpm demo` starts it, driven in a real Chromium: page, broker and the mocks of A2E, HeyGen v1 and
// LiveAvatar over HTTP. A2E's avatar comes over the real adapter and a double of Agora's SDK, HeyGen's over a real
// WebRTC connection within the page, LiveAvatar's as a bot on a real livekit-server.
import { a2e } from '@avatarwire/services/a2e';
import { heygen } from '@avatarwire/services/heygen';
import { liveavatar } from '@avatarwire/services/liveavatar';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { companies } from '../src/choice/companies';
import {
  answers,
  bill,
  chromiumPath,
  connect,
  eventually,
  expectState,
  inspect,
  launchBrowser,
  openPage,
  packets,
  say,
} from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';
import { leftOpen, nothingOpen } from './support/open-media';

test('what the page expects of each service is what its browser half says', () => {
  for (const { name, can, takes = [] } of [a2e(), heygen(), liveavatar()]) {
    const devices = Object.fromEntries(
      (['microphone', 'camera', 'screen'] as const).map((source) => [source, takes.includes(source)]),
    );
    expect([name, companies[name as keyof typeof companies].can]).toEqual([name, { ...can, ...devices }]);
  }
});

const interruptButton = (page: Page) => page.getByRole('button', { name: 'Interrupt' });
const speaking = (page: Page) => page.getByText('Avatar is speaking');

describe.skipIf(chromiumPath === undefined)('services in the demo, in a real Chromium', () => {
  let demo: DemoProcess;
  let browser: Browser;
  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    expect(await demo?.stop()).toBe(0);
  });
  const open = (service: string, options = {}) =>
    openPage(browser, `${demo.url}/?service=${service}-mock`, { reducedMotion: 'reduce', ...options });

  async function seeMove(page: Page): Promise<void> {
    const shown = () =>
      page
        .locator('video')
        .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
    const before = await shown();
    await eventually(shown).toBeGreaterThan(before + 5);
  }

  async function expectAsked(page: Page, question: string, answer: RegExp): Promise<void> {
    await say(page, question);
    await speaking(page).waitFor();
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
    expect(await answers(page).last().textContent()).toMatch(answer);
  }

  async function endAndExpectNothingLeft(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'End' }).click();
    await expectState(page, 'Ended');
    await eventually(() => leftOpen(page)).toEqual(nothingOpen);
    await eventually(() => demo.openSessions()).toBe(0);
    await eventually(() => bill(page).textContent()).toMatch(/Nothing open0:\d\d charged/);
  }

  test('A2E, over the real adapter and a double of Agora’s SDK: it answers and repeats, and nothing interrupts it', async () => {
    const { page, errors, scripts } = await open('a2e');
    expect(await page.getByTestId('provider').textContent()).toBe('over Agoralocal emulation');
    expect(await page.getByTestId('missing').textContent()).toMatch(
      /Not with A2E.*Interrupting.*Speed.*Gestures/,
    );
    expect(scripts.join()).not.toMatch(/a2e/);
    await inspect(page);
    await connect(page);
    await seeMove(page);
    expect(scripts.join()).toMatch(/services-a2e/);
    expect(scripts.join()).not.toMatch(/heygen|liveavatar|sdk-/);
    await expectAsked(page, 'What can you do?', /I say to the end/);
    await packets(page).filter({ hasText: 'ask: What can you do?' }).waitFor();
    await packets(page).filter({ hasText: 'QA start' }).waitFor();
    expect(await bill(page).textContent()).toMatch(/Mock A2E.*1 session open.*15:00 charged/);

    expect(await interruptButton(page).count()).toBe(0);
    expect(await page.getByTestId('no-interrupt').textContent()).toBe('A2E cannot be interrupted');
    for (const name of [/Wave/, /Long text/])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await page.getByRole('slider').count()).toBe(0);

    await page.getByRole('radio', { name: 'Retelling' }).check({ force: true });
    await say(page, 'Exactly these words.');
    await packets(page).filter({ hasText: 'speak: Exactly these words.' }).waitFor();
    await page.getByTestId('delivery').getByText('Sent, 20 B').waitFor();
    await endAndExpectNothingLeft(page);
    expect(await bill(page).textContent()).toContain('given back');
    expect(errors).toEqual([]);
  });

  test('HeyGen v1, over real WebRTC that its side offers: it only repeats, and no control says otherwise', async () => {
    const { page, errors, scripts } = await open('heygen');
    await inspect(page);
    await connect(page);
    await seeMove(page);
    expect(scripts.join()).toMatch(/services-heygen/);
    expect(await page.getByTestId('missing').textContent()).toMatch(/Answers.*Interrupting.*Speed.*Gestures/);
    for (const name of ['Dialogue', 'Retelling'])
      expect(await page.getByRole('radio', { name }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Ask/ }).count()).toBe(0);
    expect(await interruptButton(page).count()).toBe(0);
    // Of the beginnings offered, none is a question.
    await page.getByRole('button', { name: 'Hello! It is good to see you.' }).click();
    await packets(page).filter({ hasText: 'task: Hello!' }).waitFor();
    await speaking(page).waitFor();
    await speaking(page).waitFor({ state: 'detached' });
    // What the avatar's side logs on its channel is no message.
    await packets(page).filter({ hasText: 'begins' }).waitFor();
    expect(await answers(page).count()).toBe(0);
    expect(await bill(page).textContent()).toMatch(/Mock HeyGen v1.*1 session open0:\d\d charged/);
    await endAndExpectNothingLeft(page);
    expect(await bill(page).textContent()).not.toContain('given back');
    expect(errors).toEqual([]);
  });

  test.skipIf(findLivekitServer() === undefined)(
    'LiveAvatar, over a real livekit-server: it answers, repeats and is interrupted by events',
    async () => {
      const { page, errors, scripts } = await open('liveavatar');
      await inspect(page);
      await connect(page);
      await seeMove(page);
      expect(scripts.join()).toMatch(/services-liveavatar/);
      expect(await page.getByTestId('missing').textContent()).toMatch(/^Not with LiveAvatarSpeed.*Gestures/);
      await expectAsked(page, 'What can you do?', /interrupt me/);
      await packets(page).filter({ hasText: 'avatar.speak_response: What can you do?' }).waitFor();

      await page.getByRole('radio', { name: 'Retelling' }).check({ force: true });
      await say(
        page,
        'These words are said slowly enough that they can be cut short in the middle of it all.',
      );
      await packets(page).filter({ hasText: 'avatar.speak_text: These words' }).waitFor();
      await speaking(page).waitFor();
      await interruptButton(page).click();
      await packets(page).filter({ hasText: 'avatar.interrupt' }).waitFor();
      await speaking(page).waitFor({ state: 'detached' });
      expect(await page.locator('[data-lane=interrupt]').count()).toBe(1);
      expect(await bill(page).textContent()).toMatch(/Mock LiveAvatar.*1 session open/);
      await endAndExpectNothingLeft(page);
      expect(errors).toEqual([]);
    },
  );

  test('another service keeps nothing of the one before: its session ends, its controls go', async () => {
    const { page } = await open('a2e');
    await connect(page);
    await page.getByRole('radio', { name: 'AKOOL mock' }).check({ force: true });
    await expectState(page, 'Idle');
    await eventually(() => demo.openSessions()).toBe(0);
    await eventually(() => leftOpen(page)).toEqual(nothingOpen);
    expect(await page.getByTestId('missing').count()).toBe(0);
    expect(await page.getByRole('radio', { name: /^Agora/ }).isChecked()).toBe(true);
    expect(await page.getByRole('slider', { name: 'Voice speed' }).count()).toBe(1);
  });

  test('two tabs of one service have an avatar each', async () => {
    const { page } = await open('heygen');
    await connect(page);
    const second = await page.context().newPage();
    await second.goto(page.url());
    await connect(second);
    await say(second, 'Only here.');
    await speaking(second).waitFor();
    expect(await speaking(page).count()).toBe(0);
    await second.close();
    await eventually(() => bill(page).textContent()).toContain('1 session open');
    await page.bringToFront();
    await say(page, 'Still here.');
    await speaking(page).waitFor();
  });
});
