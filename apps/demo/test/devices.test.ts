// The visitor's devices, the picture and the session's clock in the demo as `pnpm demo` starts it, in a real Chromium with
// fake devices, over a real WebRTC connection within the page.
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, permissionsOf } from '../scripts/states';
import {
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

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const options = (page: Page, device: string) => page.getByRole('button', { name: `${device} options` });
const notice = (page: Page) => page.getByTestId('notice');
const captions = (page: Page) => page.getByTestId('captions');

describe.skipIf(chromiumPath === undefined)('devices and picture, in a real Chromium', () => {
  let demo: DemoProcess;
  let browser: Browser;
  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo({ LIVEKIT_SERVER_BIN: '/nowhere' }), launchBrowser()]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    expect(await demo?.stop()).toBe(0);
  });
  const open = (search = '?service=none&provider=webrtc') => openPage(browser, `${demo.url}/${search}`);

  test('the microphone is heard at the avatar’s side, without noise too, muted it is not, and afterwards nothing is open', async () => {
    const { page, errors } = await open();
    const energy = async () => (await heardByAvatar(page)).energy;
    const word = () => options(page, 'Microphone').getAttribute('aria-label');
    await connect(page);
    await button(page, 'Microphone').click();
    await eventually(word).toMatch(/On$/);
    await eventually(energy).toBeGreaterThan(0);
    const level = page.getByTestId('level');
    await eventually(() => level.evaluate(({ style }) => style.transform)).toMatch(/scaleX\(0\.\d*[1-9]/);

    await options(page, 'Microphone').click();
    const quiet = page.getByRole('checkbox', { name: 'Noise suppression' });
    await quiet.click();
    await eventually(() => quiet.isEnabled()).toBe(true);
    expect(await quiet.isChecked()).toBe(true);
    await page.keyboard.press('Escape');
    const before = await energy();
    await eventually(energy).toBeGreaterThan(before);

    await page.keyboard.press('m');
    await eventually(word).toMatch(/Muted$/);
    expect(await button(page, 'Microphone').getAttribute('aria-pressed')).toBe('false');
    const { packets: muted } = await heardByAvatar(page);
    const packetsSince = async () => (await heardByAvatar(page)).packets - muted;
    // What was on its way, and then as much as lasts from one beep of the fake device to the next.
    await eventually(packetsSince).toBeGreaterThan(25);
    const silent = await energy();
    await eventually(packetsSince).toBeGreaterThan(100);
    expect((await energy()) - silent).toBeLessThan(1e-4);

    await button(page, 'End').click();
    await expectState(page, 'Ended');
    await eventually(() => leftOpen(page)).toEqual(nothingOpen);
    expect(errors).toEqual([]);
  });

  test('held, the space bar talks, and writing a space does not', async () => {
    const { page } = await open();
    await connect(page);
    const word = () => options(page, 'Microphone').getAttribute('aria-label');
    await page.getByRole('textbox', { name: 'Message' }).press('Space');
    expect(await word()).toMatch(/Off$/);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.down('Space');
    await eventually(word).toMatch(/Talking$/);
    await page.keyboard.up('Space');
    await eventually(word).toMatch(/Muted$/);
  });

  test('a refused microphone says so beside its button, and what to do', async () => {
    // The usual flags grant whatever is asked for, also what is refused.
    const strict = await launchChromium();
    try {
      const { page } = await openPage(strict, `${demo.url}/?service=none&provider=webrtc`);
      const allow = await permissionsOf(strict, await page.context().newCDPSession(page), demo.url);
      await allow('microphone', 'denied');
      expect(await permissionFor(page, 'microphone')).toBe('denied');
      await connect(page);
      await button(page, 'Microphone').click();
      await notice(page).getByText('The microphone is blocked for this page').waitFor();
      await notice(page).getByText("browser's settings for this page").waitFor();
      expect(await options(page, 'Microphone').getAttribute('aria-label')).toBe(
        'Microphone options: Blocked',
      );
      await notice(page)
        .getByRole('button', { name: /^Dismiss/ })
        .click();
      await eventually(() => notice(page).count()).toBe(0);
    } finally {
      await strict.close();
    }
  });

  test('the camera shows oneself, in another quality while it is on, and one of the devices', async () => {
    const { page } = await open();
    await connect(page);
    await button(page, 'Camera').click();
    const own = page.getByLabel('You', { exact: true });
    await eventually(() => own.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBe(1_280);
    await options(page, 'Camera').click();
    await page.getByRole('radio', { name: 'Low' }).check({ force: true });
    await eventually(() => own.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBe(640);
    expect(await page.getByRole('radio', { name: /^fake_device/ }).count()).toBeGreaterThan(0);
  });

  test('captions follow what the avatar says, are gone after an interrupt, and are remembered', async () => {
    const { page } = await open();
    await connect(page);
    await button(page, 'Captions').click();
    await say(page, 'What can you do?');
    await captions(page).waitFor();
    const first = await captions(page).textContent();
    await eventually(() => captions(page).textContent()).not.toBe(first);
    await page.keyboard.press('Escape');
    await captions(page).waitFor({ state: 'detached' });
    await page.reload();
    await connect(page);
    expect(await button(page, 'Captions').getAttribute('aria-pressed')).toBe('true');
  });

  test('without its background the avatar stands before any CSS background', async () => {
    const { page } = await open();
    await connect(page);
    await button(page, 'Background').click();
    await page.getByRole('radio', { name: 'Removed' }).check({ force: true });
    const field = page.getByRole('textbox', { name: 'Or any CSS background' });
    await field.fill('no such thing');
    await page.getByText('does not take this').waitFor();
    await field.fill('rgb(255 0 255)');
    await page.keyboard.press('Escape');
    await page.getByTestId('keyed').waitFor();
    await eventually(() => colourAt(page, 0.02, 0.02)).toEqual([255, 0, 255]);
    const [, green] = await colourAt(page, 0.5, 0.45);
    expect(green, 'of the face').toBeGreaterThan(100);

    await button(page, 'Background').click();
    await page.getByRole('radio', { name: 'As sent' }).check({ force: true });
    await page.getByTestId('keyed').waitFor({ state: 'detached' });
  });

  test('the network’s charts show what is measured', async () => {
    const { page } = await open();
    await connect(page);
    await button(page, 'Network').click();
    await eventually(() => page.getByTestId('chart-bitsInPerSecond').count()).toBe(1);
    await page
      .getByRole('dialog', { name: 'Network' })
      .getByText(/\d [kM]bit\/s/)
      .first()
      .waitFor();
  });

  test('a silent visitor is asked, and stays by a click; the end of the time is said before', async () => {
    const { page } = await open();
    await page.clock.install();
    await page.reload();
    await connect(page);
    await inspect(page);
    // While something of ours is on its way it is not silent.
    await packets(page).filter({ hasText: '→ 1000' }).waitFor();
    await page.clock.fastForward('02:45');
    await notice(page).getByText('Still there?').waitFor();
    await page.getByRole('button', { name: 'I am here' }).click();
    await eventually(() => notice(page).count()).toBe(0);
    for (let minutes = 3; minutes <= 13; minutes += 2) {
      await page.clock.fastForward('02:00');
      await say(page, 'Go on.');
    }
    await notice(page).getByText('This session ends soon').waitFor();
  });

  test('the list of shortcuts comes by its key, and Escape closes it', async () => {
    const { page } = await open();
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Shortcuts' });
    await list.getByText('Talk while you hold it').waitFor();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
  });
});

/** How much sound has come out at the avatar's end of the connection, as its browser measures what is played there. */
function heardByAvatar(page: Page): Promise<{ energy: number; packets: number }> {
  return page.evaluate(async () => {
    const { connections } = window.everMade;
    const avatars = connections.find((each) =>
      each.getSenders().some(({ track }) => track?.kind === 'video'),
    );
    const heard = avatars?.getTransceivers().find(({ currentDirection }) => currentDirection === 'recvonly');
    if (avatars === undefined || heard === undefined) return { energy: 0, packets: 0 };
    // Sound that nobody plays is not decoded.
    if (document.querySelector('audio[data-avatar-hears]') === null) {
      const player = document.createElement('audio');
      player.dataset['avatarHears'] = '';
      player.srcObject = new MediaStream([heard.receiver.track]);
      document.body.append(player);
      await player.play();
    }
    const reports = [...(await avatars.getStats(heard.receiver.track)).values()];
    const { totalAudioEnergy = 0, packetsReceived = 0 } =
      reports.find(({ type }) => type === 'inbound-rtp') ?? {};
    return { energy: totalAudioEnergy, packets: packetsReceived };
  });
}

/** As the page itself is told. */
function permissionFor(page: Page, name: 'microphone'): Promise<PermissionState> {
  return page.evaluate(async (asked) => (await navigator.permissions.query({ name: asked })).state, name);
}

/** What is seen at those shares of the picture's width and height. */
async function colourAt(page: Page, across: number, down: number): Promise<number[]> {
  const png = await page.getByRole('region', { name: 'Avatar' }).screenshot();
  return page.evaluate(
    async ({ bytes, x, y }) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
      const copy = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      copy?.drawImage(picture, 0, 0);
      const pixel = copy?.getImageData(picture.width * x, picture.height * y, 1, 1).data;
      return [...(pixel ?? [])].slice(0, 3);
    },
    { bytes: [...png], x: across, y: down },
  );
}
