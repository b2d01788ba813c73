import type { Page } from 'playwright';
import { connect, open, packets, press, say, state } from './page-tools';
import type { Journey, State } from './visit';

const search = 'Search the packets';

async function sendLongText(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Long text/ }).click();
  await page.getByTestId('delivery').filter({ hasText: 'Sending' }).first().waitFor();
}

const states: readonly State[] = [
  {
    name: 'inspector-empty',
    panel: 'Wire',
    async reach({ page }) {
      await open(page, 'Wire');
      await page.getByText('No packets yet').waitFor();
    },
  },
  {
    name: 'inspector',
    panel: 'Wire',
    otherOnPhone: true,
    async reach({ page, rest }) {
      await connect(page);
      await rest(4_000);
      await say(page, 'What can you do?');
      await page.locator('[data-author=avatar][data-complete=true]').waitFor();
      await page.getByRole('button', { name: 'Cheer' }).click();
      await packets(page).filter({ hasText: 'set-action' }).waitFor();
    },
  },
  {
    name: 'long-text-sending',
    async reach({ page, rest }) {
      await sendLongText(page);
      await packets(page).filter({ hasText: 'narrow pipe' }).first().waitFor();
      await rest(3_000);
    },
  },
  {
    name: 'inspector-timeline',
    panel: 'Wire',
    async reach({ page }) {
      await page.getByRole('radio', { name: 'Timeline' }).check({ force: true });
      await page.getByTestId('timeline').waitFor();
    },
  },
  {
    name: 'interrupted',
    async reach({ page, rest }) {
      // Looking at the last one may have taken as long as it did.
      await sendLongText(page);
      await page.keyboard.press('Escape');
      await page.getByTestId('delivery').filter({ hasText: 'Interrupted after' }).last().waitFor();
      await page.getByTestId('cut').first().waitFor({ state: 'attached' });
      await rest(500);
    },
  },
  {
    name: 'inspector-timeline-packet',
    panel: 'Wire',
    otherOnPhone: true,
    async reach({ page }) {
      await page.getByRole('listbox', { name: 'Timeline' }).focus();
      for (const key of ['End', 'ArrowUp', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
      await page.getByTestId('frame').waitFor();
    },
  },
  {
    name: 'inspector-detail',
    panel: 'Wire',
    otherOnPhone: true,
    async reach({ page }) {
      await page.getByRole('radio', { name: 'Packets' }).check({ force: true });
      await page.getByRole('listbox', { name: 'Packets' }).press('End');
      await page.getByTestId('frame').waitFor();
    },
  },
  {
    name: 'inspector-filtered',
    panel: 'Wire',
    async reach({ page }) {
      await press(page, 'Close packet');
      await page.getByRole('searchbox', { name: search }).fill('set-params');
      await page
        .getByTestId('packet-count')
        .getByText(/^\d+ of /)
        .waitFor();
    },
  },
  {
    name: 'inspector-nothing-found',
    panel: 'Wire',
    async reach({ page }) {
      await page.getByRole('searchbox', { name: search }).fill('zebra');
      await page.getByText('No packet is as').waitFor();
    },
  },
  {
    name: 'inspector-paused',
    panel: 'Wire',
    async reach({ page }) {
      await press(page, 'Show all');
      await press(page, 'Pause');
      await say(page, 'Still counted.');
      await page
        .getByTestId('packet-count')
        .getByText(/[1-9]\d* since the pause/)
        .waitFor();
    },
  },
  {
    name: 'ended',
    async reach({ page }) {
      await press(page, 'End');
      await state(page, 'Ended');
    },
  },
];

export const inspect: Journey = { name: 'inspect', search: '?provider=agora', states };
