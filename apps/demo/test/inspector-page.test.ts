// The wire inspector of the demo as `pnpm demo` starts it, over Agora's emulation, in a real Chromium.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WireExport } from '../src/inspector/export-wire';
import {
  chromiumPath,
  connect,
  eventually,
  inspect,
  launchBrowser,
  openPage,
  packets,
  say,
} from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';

describe.skipIf(chromiumPath === undefined)('the wire inspector in a real Chromium', () => {
  let demo: DemoProcess;
  let browser: Browser;
  let page: Page;
  let errors: readonly string[];
  // One conversation, looked at from every side.
  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo({ LIVEKIT_SERVER_BIN: '/nowhere' }), launchBrowser()]);
    ({ page, errors } = await openPage(browser, `${demo.url}/?provider=agora`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    }));
    await inspect(page);
    await connect(page);
    await say(page, 'What can you do?');
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    expect(await demo?.stop()).toBe(0);
    expect(errors).toEqual([]);
  });

  const countText = () => page.getByTestId('packet-count').textContent();
  const search = () => page.getByRole('searchbox', { name: 'Search the packets' });
  async function exported(): Promise<WireExport> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^avatarwire-wire-[\dT-]+\.json$/);
    return JSON.parse(await readFile(await download.path(), 'utf8')) as WireExport;
  }

  test('a command shows how long its acknowledgement took, and each leads to the other', async () => {
    const command = packets(page).filter({ hasText: 'set-params {' });
    await command
      .locator('[data-ack=acknowledged]')
      .getByText(/^ack [\d.]+ (?:ms|s)$/)
      .waitFor();
    await command.click();
    const detail = page.getByRole('region', { name: 'Packet' });
    await detail.getByText(/^ack .*, code 1000$/).waitFor();
    await detail.getByRole('button', { name: 'Show the ack' }).click();
    await detail.getByText(/^answers set-params/).waitFor();
    expect(JSON.parse((await page.getByTestId('frame').textContent()) ?? '')).toMatchObject({
      pld: { cmd: 'set-params', code: 1000 },
    });

    await detail.getByRole('button', { name: 'Copy' }).click();
    await detail.getByText('Copied').waitFor();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toMatchObject({
      pld: { code: 1000 },
    });
    await detail.getByRole('button', { name: 'Close packet' }).click();
    expect(
      await page
        .getByRole('listbox', { name: 'Packets' })
        .evaluate((list) => list === document.activeElement),
    ).toBe(true);
  });

  test('search, lane and type leave the packets that they name, and Escape empties the search', async () => {
    await search().fill('what can');
    await eventually(countText).toMatch(/^1 of \d+$/);
    expect(await packets(page).count()).toBe(1);
    await search().press('Escape');
    await page.getByLabel('Direction and lane').selectOption({ label: 'Out: command, 1' });
    expect(await packets(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Type or command').selectOption('set-params');
    expect(await packets(page).count()).toBe(2);
    await page.getByRole('button', { name: 'Show all' }).click();
    await eventually(countText).toMatch(/^\d+ packets$/);
    // The key was the search field's alone.
    expect(await page.locator('[data-lane=interrupt]').count()).toBe(0);
  });

  test('the export downloads what is shown, without what was said unless that is wanted', async () => {
    const file = await exported();
    expect(file).toMatchObject({
      format: 'avatarwire-wire',
      version: 1,
      texts: false,
      service: 'akool-mock',
      provider: 'agora',
    });
    expect(file.packets.find(({ kind }) => kind === 'set-params')?.ack?.code).toBe(1000);
    expect(JSON.stringify(file)).not.toContain('What can you do');
    await page.getByLabel('with what was said').check();
    await search().fill('what can');
    const { packets: shown } = await exported();
    expect(shown).toMatchObject([{ lane: 'chat', frame: { pld: { text: 'What can you do?' } } }]);
    await search().fill('');
  });

  test('the timeline shows an interrupt cut the chat that it overtook, and is walked with the arrow keys', async () => {
    await page.getByRole('radio', { name: 'Timeline' }).check({ force: true });
    await page.getByRole('button', { name: /^Long text/ }).click();
    await page.getByTestId('delivery').filter({ hasText: 'Sending' }).waitFor();
    const timeline = page.getByRole('listbox', { name: 'Timeline' });
    await timeline.focus();
    await page.keyboard.press('Escape');
    await page.getByTestId('cut').waitFor({ state: 'attached' });
    const lanes = timeline.locator('svg g[data-lane]');
    expect(await lanes.evaluateAll((all) => all.map((lane) => lane.getAttribute('data-lane')))).toEqual([
      'interrupt',
      'command',
      'chat',
      'in',
    ]);

    await page.keyboard.press('Home');
    const active = timeline.getByRole('option', { selected: true });
    await active.getByText(/command, .*set-params/).waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowUp');
    await active.getByText(/interrupt, .*interrupt$/).waitFor({ state: 'attached' });
    await page.getByTestId('frame').getByText('"interrupt"').waitFor();
    await page.getByRole('button', { name: 'Close packet' }).click();
    await page.getByRole('radio', { name: 'Packets' }).check({ force: true });
  });

  test('paused, the list stands still while packets are counted on', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await packets(page).last().getAttribute('id');
    await say(page, 'Still counted.');
    await eventually(countText).toMatch(/, [1-9]\d* since the pause$/);
    expect(await packets(page).last().getAttribute('id')).toBe(before);
    await page.getByRole('button', { name: 'Resume' }).click();
    await packets(page).filter({ hasText: 'Still counted.' }).first().waitFor();
  });
});
