// `pnpm images`: the pictures of the README in docs/images, and every state of the page in both themes at every size in
// apps/demo/screenshots, which git does not keep. With names of journeys, or `readme`, those alone.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { startDemoServer } from '../server/demo-server';
import { createLivekitHost } from '../server/livekit-host';
import { takeReadmePictures } from './readme-pictures';
import { desk, type Journey, journeys, launchChromium, phone, showAt, travel } from './states';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
const wide = { width: 1920, height: 1080 };
const sizes = { desk, wide, phone };

const named = process.argv.slice(2);
const wanted = (name: string) => named.length === 0 || named.includes(name);
const demo = await startDemoServer({
  port: 0,
  // One picture is of a failure; what needs a livekit-server is to be chosen all the same.
  host: { ...createLivekitHost({ find: () => undefined }), possible: () => true },
});
const browser = await launchChromium();
try {
  if (named.length === 0) rmSync(folder, { recursive: true, force: true });
  if (wanted('readme')) await takeReadmePictures(browser, demo.url);
  for (const journey of journeys) if (wanted(journey.name)) await takeStates(browser, journey);
} finally {
  await browser.close();
  await demo.close();
}

async function takeStates(browser: Browser, journey: Journey): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await travel(browser, journey, {
    url: demo.url,
    rest: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async look(state, visit) {
      for (const [name, size] of Object.entries(sizes)) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await visit.page.emulateMedia({ colorScheme });
          await showAt(visit, state, size);
          // Colours and panels come in gently.
          await visit.rest(250);
          await visit.page.screenshot({ path: join(folder, `${state.name}-${name}-${colorScheme}.png`) });
        }
      }
    },
  });
}
