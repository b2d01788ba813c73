// Every state of the demo, brought there for real in a real Chromium, and looked at by axe.
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desk, journeys, launchChromium, phone, showAt, travel } from '../scripts/states';
import { chromiumPath } from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';

/** Reading axe again into a page that has it would take as long as looking at it. */
const NO_SOURCE = ';';
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

describe.skipIf(chromiumPath === undefined)(
  'axe finds nothing in any state, by day and by night, and on a phone where that is another',
  () => {
    let demo: DemoProcess;
    let browser: Browser;
    beforeAll(async () => {
      [demo, browser] = await Promise.all([startDemo({ LIVEKIT_SERVER_BIN: '/nowhere' }), launchChromium()]);
    });
    afterAll(async () => {
      await browser?.close();
      expect(await demo?.stop()).toBe(0);
    });

    test.for(journeys)('$name', { timeout: 120_000 }, async (journey) => {
      const found: string[] = [];
      const seen: string[] = [];
      await travel(browser, journey, {
        url: demo.url,
        context: { reducedMotion: 'reduce' },
        async look(state, visit) {
          const { page } = visit;
          const note = async (where: string, violations: Promise<readonly string[]>) =>
            found.push(...(await violations).map((violation) => `${state.name}, ${where}: ${violation}`));
          await showAt(visit, state, desk);
          await note('light', violationsOn(page));
          if (state.otherOnPhone === true) {
            await showAt(visit, state, phone);
            await note('on a phone', violationsOn(page));
            // Two of them would hide the picture.
            const notices = await page.getByTestId('notice').filter({ visible: true }).count();
            if (notices > 1) found.push(`${state.name}, on a phone: ${notices} notices`);
          }
          await page.emulateMedia({ colorScheme: 'dark' });
          await note('dark', violationsOn(page, ['color-contrast']));
          seen.push(state.name);
        },
      });
      expect(found).toEqual([]);
      expect(seen).toEqual(journey.states.map(({ name }) => name));
    });
  },
);

/** @param only in the dark nothing is other than by day but the colours */
async function violationsOn(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  // Another theme or size is drawn with the next frame, and what passes over into it has with the one after.
  const isThere = await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    return 'axe' in window;
  });
  // The page has no frames: all in one go, without a second page to put results together.
  const axe = new AxeBuilder({ page, ...(isThere && { axeSource: NO_SOURCE }) }).setLegacyMode();
  const { violations } = await axe
    .options({
      runOnly: only ? { type: 'rule', values: [...only] } : { type: 'tag', values: rules },
      // What passed is most of the page, and nobody reads it.
      resultTypes: ['violations'],
      preload: false,
    })
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}
