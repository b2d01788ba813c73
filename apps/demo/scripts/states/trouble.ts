import { connectUntouched } from './in-page';
import {
  armNetwork,
  button,
  connect,
  cutNetwork,
  expireIn,
  packets,
  press,
  state,
  withoutServer,
} from './page-tools';
import type { Journey } from './visit';

/** What the visitor or the network says no to, on a session that ends soon. */
export const lost: Journey = {
  name: 'lost',
  search: '?provider=webrtc',
  async prepare(visit) {
    await expireIn(visit.page, 59_000);
    await armNetwork(visit);
  },
  states: [
    {
      name: 'ending-soon',
      async reach({ page, rest }) {
        await connect(page);
        await page.getByText('This session ends soon').waitFor();
        await rest(4_000);
      },
    },
    {
      name: 'microphone-denied',
      async reach(visit) {
        await visit.allow('microphone', 'denied');
        await press(visit.page, 'Microphone');
        await button(visit.page, 'Microphone options: Blocked').waitFor();
      },
    },
    {
      name: 'reconnecting',
      otherOnPhone: true,
      async reach(visit) {
        await visit.allow('microphone', 'granted');
        await press(visit.page, 'Dismiss: The microphone is blocked for this page');
        await cutNetwork(visit);
        await state(visit.page, 'Reconnecting');
      },
    },
  ],
};

function untouched(): Journey {
  let refused: Promise<unknown>;
  return {
    name: 'silent',
    search: '?service=none&provider=webrtc',
    async prepare({ page }) {
      refused = page.waitForEvent('console', { predicate: (entry) => entry.text() === 'sound refused' });
      await page.addInitScript(connectUntouched);
    },
    states: [
      {
        name: 'sound-blocked',
        async reach({ rest }) {
          await refused;
          await rest(4_000);
        },
      },
    ],
  };
}

export const silent = untouched();

/** Needs a livekit-server, of which this machine says that it has none. */
export const failing: Journey = {
  name: 'failing',
  search: '?provider=livekit',
  states: [
    {
      name: 'failed',
      otherOnPhone: true,
      async reach({ page }) {
        await press(page, 'Connect');
        await state(page, 'Failed');
      },
    },
  ],
};

/** The page alone. */
export const alone: Journey = {
  name: 'alone',
  search: '',
  prepare: ({ page }) => withoutServer(page),
  states: [
    {
      name: 'no-server',
      async reach({ page }) {
        await button(page, 'Connect').waitFor();
      },
    },
  ],
};

/** A service that is spoken to by calls and lacks most of what others have. */
export const calls: Journey = {
  name: 'calls',
  search: '?service=a2e-mock',
  states: [
    {
      name: 'idle-with-less',
      panel: 'Direct',
      otherOnPhone: true,
      reach: ({ page }) => page.getByTestId('missing').waitFor(),
    },
    {
      name: 'live-by-calls',
      panel: 'Wire',
      async reach({ page, rest }) {
        await connect(page);
        await rest(4_000);
        await press(page, 'Wire');
        await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
        await page.keyboard.press('Enter');
        await packets(page).filter({ hasText: 'ask: What can you do?' }).waitFor();
        await page.locator('[data-author=avatar][data-complete=true]').waitFor();
      },
    },
  ],
};
