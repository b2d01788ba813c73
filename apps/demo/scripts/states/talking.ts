import { holdAtWaiting } from './in-page';
import { button, holdOpening, open, press, pressed, say, state } from './page-tools';
import type { Journey, State } from './visit';

/** From the first look to the avatar's being there; each is held that otherwise lasts for a moment. */
function joining(): readonly State[] {
  let release: () => void;
  return [
    { name: 'idle', otherOnPhone: true, reach: ({ page }) => button(page, 'Connect').waitFor() },
    {
      name: 'shortcuts',
      async reach({ page }) {
        await press(page, 'Shortcuts');
        await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
      },
      modal: true,
    },
    {
      name: 'connecting',
      async reach({ page }) {
        await page.keyboard.press('Escape');
        release = await holdOpening(page);
        await press(page, 'Connect');
        await state(page, 'Connecting');
      },
    },
    {
      name: 'waiting',
      async reach({ page }) {
        release();
        await state(page, 'Waiting');
      },
    },
    {
      name: 'live',
      otherOnPhone: true,
      async reach({ page, rest }) {
        await page.evaluate(() => window.goOn?.());
        await state(page, 'Live');
        // The first seconds of a video are blurred until the bandwidth is known.
        await rest(4_000);
      },
    },
  ];
}

const talking: readonly State[] = [
  {
    name: 'speaking-with-captions',
    async reach({ page, rest }) {
      await pressed(page, 'Captions');
      await say(page, 'What can you do?');
      await page.locator('[data-author=avatar][data-complete=true]').waitFor();
      await rest(600);
    },
  },
  {
    name: 'network-panel',
    async reach({ page, rest }) {
      await open(page, 'Network');
      await page.getByRole('dialog', { name: 'Network' }).waitFor();
      await rest(3_000);
    },
  },
  {
    name: 'microphone-on',
    async reach({ page, rest }) {
      await page.keyboard.press('Escape');
      await press(page, 'Microphone');
      await button(page, 'Microphone options: On').waitFor();
      await rest(500);
    },
  },
  {
    name: 'microphone-options',
    async reach({ page }) {
      await open(page, 'Microphone options: On');
      await page.getByRole('dialog', { name: 'Microphone options' }).waitFor();
    },
  },
  {
    name: 'microphone-muted',
    async reach({ page }) {
      await page.keyboard.press('Escape');
      await press(page, 'Microphone');
      await button(page, 'Microphone options: Muted').waitFor();
    },
  },
  {
    name: 'camera-on',
    otherOnPhone: true,
    async reach({ page, rest }) {
      await press(page, 'Camera');
      await button(page, 'Camera options: On').waitFor();
      await rest(1_000);
    },
  },
  {
    name: 'background-options',
    otherOnPhone: true,
    async reach({ page, rest }) {
      await open(page, 'Background');
      const options = page.getByRole('dialog', { name: 'Background options' });
      await options.getByRole('radio', { name: 'Removed' }).check({ force: true });
      await options.getByRole('radio', { name: 'Forest' }).waitFor();
      await rest(1_500);
    },
  },
  {
    name: 'background-removed',
    async reach({ page, rest }) {
      await page.keyboard.press('Escape');
      await rest(500);
    },
  },
];

export const talk: Journey = {
  name: 'talk',
  search: '?provider=agora',
  prepare: ({ page }) => page.addInitScript(holdAtWaiting),
  states: [...joining(), ...talking],
};
