// The built page as static files, without any server of ours behind them, in a real Chromium.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtPage, type Page } from '../server/page';
import {
  answers,
  bill,
  chromiumPath,
  connect,
  expectState,
  launchBrowser,
  openPage,
  say,
} from './support/browser';

describe.skipIf(chromiumPath === undefined)('static files in a real Chromium', () => {
  let files: Page;
  let server: Server;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    [files, browser] = await Promise.all([builtPage({}), launchBrowser()]);
    server = createServer((request, response) => files.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  test.each([
    ['', 'webrtc'],
    ['?service=akool-mock&provider=livekit', 'webrtc'],
    ['?service=akool&provider=agora', 'agora'],
  ])('at "%s" only the simulator is offered, and one talks with it', async (search, provider) => {
    const { page } = await openPage(browser, `${url}/${search}`);
    expect(await page.getByRole('group', { name: 'Service' }).getByRole('radio').count()).toBe(1);
    expect(
      await page
        .getByRole('group', { name: 'Provider' })
        .getByRole('radio')
        .evaluateAll((radios) => radios.map((radio) => (radio as HTMLInputElement).value)),
    ).toEqual(['webrtc', 'agora', 'trtc']);
    expect(await page.locator(`input[value=${provider}]`).isChecked()).toBe(true);
    await connect(page);
    await say(page, 'What can you do?');
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
    expect(await answers(page).last().textContent()).toMatch(/interrupt me/);
    await page.getByRole('button', { name: 'End' }).click();
    await expectState(page, 'Ended');
    expect(await bill(page).count()).toBe(0);
    await page.context().close();
  });
});
