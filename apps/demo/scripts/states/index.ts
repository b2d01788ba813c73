/** Every state of the page, in journeys: each state is reached from the one before it. */

import type { Browser, BrowserContextOptions } from 'playwright';
import { inspect } from './inspecting';
import { permissionsOf } from './permissions';
import { talk } from './talking';
import { alone, calls, failing, lost, silent } from './trouble';
import { desk, type Journey, type State, type Visit } from './visit';

export { launchChromium } from './launch';
export { permissionsOf } from './permissions';
export { desk, type Journey, phone, showAt } from './visit';

export const journeys: readonly Journey[] = [talk, inspect, lost, silent, failing, alone, calls];

interface TravelOptions {
  /** Of the demo; it must have no livekit-server. */
  readonly url: string;
  readonly context?: BrowserContextOptions;
  readonly rest?: (ms: number) => Promise<void>;
  /** Called in each state. The screen and the theme are as it leaves them. */
  readonly look: (state: State, visit: Visit) => Promise<void>;
}

export async function travel(browser: Browser, journey: Journey, options: TravelOptions): Promise<void> {
  const { url, look, rest = async () => {} } = options;
  const context = await browser.newContext({
    viewport: desk,
    permissions: ['microphone', 'camera'],
    ...options.context,
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const devTools = await context.newCDPSession(page);
    const visit: Visit = { page, devTools, rest, allow: await permissionsOf(browser, devTools, url) };
    await journey.prepare?.(visit);
    await page.goto(`${url}/${journey.search}`);
    for (const state of journey.states) {
      await page.setViewportSize(desk);
      await page.emulateMedia({ colorScheme: 'light' });
      try {
        await state.reach(visit);
      } catch (error) {
        throw new Error(`"${state.name}" was not reached: ${String(error)}`, { cause: error });
      }
      await look(state, visit);
    }
  } finally {
    await context.close();
  }
}
