// The demo as `pnpm demo` starts it, driven in a real Chromium.
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
  phone,
  say,
} from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';
import { leftOpen, nothingOpen } from './support/open-media';

describe.skipIf(chromiumPath === undefined)('the page in a real Chromium', () => {
  let demo: DemoProcess;
  let browser: Browser;
  beforeAll(async () => {
    // No livekit-server is to be found.
    [demo, browser] = await Promise.all([startDemo({ LIVEKIT_SERVER_BIN: '/nowhere' }), launchBrowser()]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    expect(await demo?.stop()).toBe(0);
  });
  const open = (search = '', options = {}) => openPage(browser, `${demo.url}/${search}`, options);

  for (const service of ['akool-mock', 'none']) {
    const rooms = service === 'none' ? 'simulator-transport' : 'simulator-page-rooms';
    for (const [provider, downloaded] of [
      ['webrtc', service === 'none' ? ['simulator-webrtc'] : ['simulator-page-rooms', 'webrtc']],
      ['agora', ['agora', 'simulator-agora', rooms]],
      ['trtc', [rooms, 'simulator-trtc', 'trtc']],
    ] as const) {
      test(`with ${service} over ${provider} it downloads ${downloaded.join(', ')} when it connects, and no SDK`, async () => {
        const { page, scripts } = await open(`?service=${service}&provider=${provider}`);
        await page.waitForLoadState('networkidle');
        expect(chunksIn(scripts)).toEqual([]);
        await connect(page);
        expect(chunksIn(scripts)).toEqual(downloaded);
      });
    }
  }

  test('loads nothing from anywhere else, and speaks with this machine alone', async () => {
    const { page } = await open();
    const hosts = new Set<string>();
    page.on('request', (request) => {
      const { protocol, origin, hostname } = new URL(request.url());
      if (protocol !== 'data:') hosts.add(request.method() === 'GET' ? origin : hostname);
    });
    await page.reload();
    await connect(page);
    await say(page, 'What can you do?');
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
    expect([...hosts].sort()).toEqual(['127.0.0.1', demo.url]);
  });

  test('the standard choice is the mock of AKOOL with an avatar over WebRTC, and the page says that it is a mock', async () => {
    const { page } = await open();
    expect(await page.getByRole('radio', { name: 'AKOOL mock' }).isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: 'WebRTC in this page' }).isChecked()).toBe(true);
    expect(await page.getByTestId('stand-in').textContent()).toMatch(
      /broker is the real one.*our mock.*no plain WebRTC/,
    );
    await connect(page);
    await page.getByTestId('stand-in').getByText('Mock service').click();
    await page
      .getByTestId('stand-in')
      .getByText(/nothing leaves this machine/)
      .waitFor();
  });

  test('both choices stand in the address, another one ends the session, and "back" comes back', async () => {
    const { page } = await open();
    await connect(page);
    const webrtc = page.getByRole('radio', { name: /^WebRTC/ });
    await webrtc.focus();
    await page.keyboard.press('ArrowRight');
    await expectState(page, 'Idle');
    expect(choiceIn(page)).toEqual({ service: 'akool-mock', provider: 'livekit' });
    expect(
      await page
        .getByRole('radio', { name: /^LiveKit/ })
        .evaluate((radio) => radio === document.activeElement),
    ).toBe(true);
    await eventually(() => leftOpen(page)).toEqual(nothingOpen);
    await eventually(() => demo.openSessions()).toBe(0);

    const service = page.getByRole('group', { name: 'Service' });
    await service.getByRole('radio', { name: /^No service/ }).check({ force: true });
    // Without a service nothing is beside the page, no livekit-server either.
    expect(choiceIn(page)).toEqual({ service: 'none', provider: 'webrtc' });
    expect(await page.getByRole('radio', { name: /^LiveKit/ }).count()).toBe(0);
    await page.goBack();
    expect(await page.getByRole('radio', { name: /^LiveKit/ }).isChecked()).toBe(true);
    await page.goBack();
    expect(await webrtc.isChecked()).toBe(true);
    expect(await service.getByRole('radio', { name: 'AKOOL mock' }).isChecked()).toBe(true);
  });

  test('another service keeps the provider where it can', async () => {
    const { page } = await open('?service=akool-mock&provider=trtc');
    await page.getByRole('radio', { name: /^No service/ }).check({ force: true });
    expect(choiceIn(page)).toEqual({ service: 'none', provider: 'trtc' });
  });

  test('without a service nothing is paid for, and there is no bill', async () => {
    const { page } = await open('?service=none&provider=webrtc');
    await connect(page);
    expect(await demo.openSessions()).toBe(0);
    expect(await bill(page).count()).toBe(0);
  });

  test('two tabs have two paid sessions, each bill shows its own, and one that is closed leaves the other', async () => {
    const { page } = await open();
    await connect(page);
    const second = await page.context().newPage();
    await second.goto(demo.url);
    await connect(second);
    await eventually(() => bill(page).textContent()).toContain('2 sessions open');
    await second.getByRole('button', { name: 'End' }).click();
    await expectState(second, 'Ended');
    await eventually(() => bill(second).textContent()).toMatch(/1 session open.*given back/);
    await eventually(() => bill(page).textContent()).toMatch(/1 session open.*15:00 charged/);
    await say(page, 'What can you do?');
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
    await page.getByRole('button', { name: 'End' }).click();
    await eventually(() => bill(page).textContent()).toContain('Nothing open');
    expect(await demo.openSessions()).toBe(0);
  });

  test('a page that is loaded again closes its paid session, and its bill says that nothing is open', async () => {
    const { page } = await open();
    await connect(page);
    expect(await demo.openSessions()).toBe(1);
    await page.reload();
    await eventually(() => demo.openSessions()).toBe(0);
    await eventually(() => bill(page).textContent()).toContain('Nothing open');
    await connect(page);
    expect(await demo.openSessions()).toBe(1);
  });

  test('a fifth session of one browser is refused, the page says so, and the simulator is one click away', async () => {
    const { page } = await open();
    for (let tab = 0; tab < 4; tab += 1) {
      const other = await page.context().newPage();
      await other.goto(demo.url);
      await connect(other);
    }
    await page.bringToFront();
    await page.getByRole('button', { name: 'Connect' }).click();
    await expectState(page, 'Failed');
    const alert = page.getByRole('alert').filter({ hasText: 'Not just now' });
    expect(await alert.textContent()).toMatch(/another tab.*Again in \d+ (?:s|min)\./);
    await page.getByRole('button', { name: 'Use the simulator' }).click();
    expect(choiceIn(page)).toEqual({ service: 'none', provider: 'webrtc' });
    await connect(page);
  });

  test('when the server has gone meanwhile it says so, and the simulator is one click away', async () => {
    const { page } = await open();
    await page.context().route('**/api/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Connect' }).click();
    await expectState(page, 'Failed');
    const alert = page.getByRole('alert').filter({ hasText: 'No connection' });
    expect(await alert.textContent()).toMatch(/still running in its terminal/);
    await page.getByRole('button', { name: 'Use the simulator' }).click();
    await connect(page);
  });

  for (const provider of ['agora', 'trtc']) {
    test(`over ${provider}, emulated, it says so in the choice, before connecting and while live`, async () => {
      const { page } = await open(`?service=none&provider=${provider}`);
      const badge = page.getByTestId('stand-in');
      const choice = page.getByRole('group', { name: 'Provider' }).locator('label:has(:checked)');
      expect(await choice.textContent()).toMatch(/local emulation$/);
      expect(await badge.textContent()).toMatch(
        /adapter is the real one.*our double.*nothing leaves this machine/,
      );
      await connect(page);
      await badge.getByText('Local emulation').click();
      await badge.getByText(/nothing leaves this machine/).waitFor();
    });
  }

  test('switched while live, again and again, it leaves no session, no track and no AudioContext', async () => {
    const { page, errors } = await open('?provider=agora');
    for (const next of ['TRTC', 'No service', 'Agora', 'WebRTC']) {
      await connect(page);
      await say(page, 'Tell me a story.');
      await page.getByText('Avatar is speaking').waitFor();
      await page.getByRole('radio', { name: new RegExp(`^${next}`) }).check({ force: true });
      await expectState(page, 'Idle');
      await eventually(() => leftOpen(page)).toEqual(nothingOpen);
      await eventually(() => demo.openSessions()).toBe(0);
    }
    expect(errors).toEqual([]);
  });

  test('without a livekit-server it says what to do, and the simulator is one click away', async () => {
    const { page } = await open('?provider=livekit');
    await page.getByRole('button', { name: 'Connect' }).click();
    await expectState(page, 'Failed');
    const alert = page.getByRole('alert').filter({ hasText: 'The service refused' });
    expect(await alert.textContent()).toMatch(/LIVEKIT_SERVER_BIN/);
    await page.getByRole('button', { name: 'Use the simulator' }).click();
    await connect(page);
    expect(await demo.openSessions()).toBe(0);
  });

  test('over Agora, emulated, 64 KB stay within its numbers, and an interrupt ends them', async () => {
    const { page } = await open('?provider=agora');
    await inspect(page);
    await connect(page);
    await page.getByRole('button', { name: /Long text/ }).click();
    await packets(page).filter({ hasText: 'narrow pipe' }).first().waitFor();

    const meter = page.getByRole('meter', { name: 'Bytes, last second' });
    const used = async () => Number(await meter.getAttribute('aria-valuenow'));
    await eventually(used).toBeGreaterThan(5_000);
    expect(await meter.getAttribute('aria-valuetext')).toMatch(/of 6,144$/);
    const texts: (string | null)[] = [];
    for (let read = 0; read < 20; read += 1) texts.push(await meter.getAttribute('aria-valuetext'));
    for (const text of texts)
      expect(Number(text?.split(' of ')[0]?.replace(',', ''))).toBeLessThanOrEqual(6_144);
    expect(await page.getByTestId('delivery').textContent()).toMatch(/^Sending, [\d.,]+ K?B of 6\d\.\d KB$/);

    await page.keyboard.press('Escape');
    await page.getByText(/^Interrupted after/).waitFor();
    await packets(page).filter({ hasText: 'interrupt → 1000' }).waitFor();
    const lanes = await page
      .locator('[data-direction=out]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-lane')));
    expect(lanes.at(-1)).toBe('interrupt');
  });

  test('the inspector draws only the packets in view, and clears', async () => {
    const { page } = await open();
    await inspect(page);
    await connect(page);
    await packets(page).first().waitFor();
    for (let step = 0; step < 30; step += 1)
      await say(page, `Number ${step}, said to fill the list with parts of answers.`);
    const last = () => packets(page).last().getAttribute('aria-setsize');
    await eventually(async () => Number(await last())).toBeGreaterThan(30);
    expect(await packets(page).count()).toBeLessThan(30);

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'End' }).click();
    await expectState(page, 'Ended');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('No packets yet').waitFor();
  });

  test('by keyboard alone: connect, ask, interrupt, look at a packet, end', async () => {
    const { page } = await open();
    const pressUntil = async (key: string, isThere: (page: Page) => Promise<boolean>) => {
      for (let presses = 0; presses < 60; presses += 1) {
        if (await isThere(page)) return;
        await page.keyboard.press(key);
      }
      throw new Error(`60 times ${key} did not lead there`);
    };
    const focused = (name: RegExp) => async () =>
      name.test(
        await page.evaluate(
          () =>
            document.activeElement?.getAttribute('aria-label') ??
            document.activeElement?.textContent?.trim() ??
            '',
        ),
      );

    await pressUntil('Tab', focused(/^Connect/));
    await page.keyboard.press('Enter');
    await expectState(page, 'Live');
    // The button is gone; the focus went on to where one writes.
    await eventually(() => messageField(page).evaluate((field) => field === document.activeElement)).toBe(
      true,
    );
    await page.keyboard.type('Tell me a short story.');
    await page.keyboard.press('Enter');
    await answers(page).first().waitFor();
    await page.keyboard.press('Escape');
    await pressUntil('Tab', focused(/^Wire$/));
    await page.keyboard.press('Enter');
    await pressUntil('Tab', focused(/^Packets$/));
    await page.keyboard.press('End');
    await page.getByTestId('frame').waitFor();
    await pressUntil('Shift+Tab', focused(/^End$/));
    await page.keyboard.press('Enter');
    await expectState(page, 'Ended');
    await eventually(focused(/^Connect again/)).toBe(true);
  });

  test('sound that the browser refuses before a click gets a button, and the button mends it', async () => {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    // The page's own script connects, and says in the console what it sees. To the browser whatever Playwright asks of a
    // page is a gesture, and after one the sound may come back by itself: before the click there must be none.
    await page.addInitScript(() => {
      const named = (name: string) =>
        [...document.querySelectorAll('button')].find((each) => each.textContent?.includes(name));
      let seen: DOMRect | undefined;
      // Again and again: a click that comes before the page is ready for it changes nothing that could be observed.
      setInterval(() => {
        named('Connect')?.click();
        const button = named('Turn the sound on')?.getBoundingClientRect();
        if (button !== undefined && button.top === seen?.top) {
          console.info('refused', button.left + button.width / 2, button.top + button.height / 2);
        } else if (button === undefined && seen !== undefined) console.info('mended');
        seen = button;
      }, 50);
    });
    const told = (what: string) => page.waitForEvent('console', (entry) => entry.text().startsWith(what));
    const refused = told('refused');
    await page.goto(demo.url);
    const [, x, y] = (await refused).text().split(' ').map(Number);
    const mended = told('mended');
    await page.mouse.click(x ?? 0, y ?? 0);
    await mended;
    await eventually(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.paused)).toBe(
      false,
    );
  });

  test('the theme follows the system until one is chosen, and that is remembered', async () => {
    const { page } = await open('', { colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await background();
    await page.getByRole('button', { name: 'Use the light theme' }).click();
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background()).toBe(light);
  });

  test('on a phone one panel is seen at a time and nothing is wider than the screen', async () => {
    const { page } = await open('', phone);
    await connect(page);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    for (const [panel, content] of [
      ['Direct', page.getByRole('group', { name: 'Gesture' })],
      ['Wire', page.getByRole('listbox', { name: 'Packets' })],
      ['Talk', messageField(page)],
    ] as const) {
      await page.getByRole('button', { name: panel, exact: true }).click();
      await content.waitFor();
      expect(await overflow()).toBeLessThanOrEqual(0);
    }
    expect(await page.getByRole('group', { name: 'Gesture' }).isVisible()).toBe(false);
  });
});

function choiceIn(page: Page): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** What was downloaded beyond the page itself, by the name of its chunk. */
function chunksIn(scripts: readonly string[]): string[] {
  const names = scripts.flatMap((path) => /^\/assets\/(.+)-.{8}\.js$/.exec(path)?.[1] ?? []);
  return [...new Set(names)].filter((name) => name !== 'index' && name !== 'shared').sort();
}
