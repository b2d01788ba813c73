// Real Chromium, as a visitor has it: peer connections and a livekit-server that are real, doubles of two SDKs in the page.
import { findChromium } from '@avatarwire/tooling/chromium';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { VisitProvider } from './said';
import { openVisit, type Site, serveSite, type Visited } from './visit';

const chromiumPath = findChromium();
const server = inject('livekitServer');
const patience = { timeout: 20_000, interval: 50 };

const providers: readonly (readonly [VisitProvider, string])[] = [
  ['webrtc', 'real peer connections'],
  ['livekit', 'a real livekit-server'],
  ['agora', "a double of Agora's SDK"],
  ['trtc', "a double of TRTC's SDK"],
];

/** By the mouse, which looks for nothing in the page. */
const click = ({ page }: Visited, where: 'the button' | 'beside it') =>
  where === 'the button' ? page.mouse.click(100, 50) : page.mouse.click(400, 300);

describe.skipIf(chromiumPath === undefined)(
  'a page in a real Chromium, which its visitor has not touched',
  () => {
    let site: Site;
    let visited: Visited | undefined;

    beforeAll(async () => {
      site = await serveSite(server);
    });
    afterEach(async () => {
      await visited?.close();
      visited = undefined;
    });
    afterAll(() => site?.close());

    async function visit(provider: VisitProvider, picture?: 'muted'): Promise<Visited> {
      visited = await openVisit(chromiumPath ?? '', site, provider, server, picture);
      return visited;
    }

    const refused = { state: 'live', playback: 'blocked', alone: 'blocked', touched: false, plays: false };

    for (const [provider, real] of providers) {
      describe.skipIf(provider === 'livekit' && server === null)(`over ${real}`, () => {
        test('the voice is refused, also to the page’s own script, and a real click lets it sound', async () => {
          const visited = await visit(provider);
          await expect.poll(() => visited.view, patience).toEqual(refused);
          await click(visited, 'the button');
          await expect.poll(() => visited.view, patience).toMatchObject({ playback: 'playing', plays: true });
          await expect
            .poll(() => visited.page.evaluate(() => globalThis.visit.voice()), patience)
            .toBeGreaterThan(0.01);
        });

        if (provider === 'trtc') {
          test('any click lets the SDK sound, and with a picture that waits for none that is all: it plays', async () => {
            const visited = await visit(provider, 'muted');
            await expect.poll(() => visited.view, patience).toEqual(refused);
            await click(visited, 'beside it');
            await expect
              .poll(() => visited.view, patience)
              .toMatchObject({ playback: 'playing', plays: true });
          });
        } else {
          test('a click beside the button is not enough', async () => {
            const visited = await visit(provider);
            await expect.poll(() => visited.view, patience).toEqual(refused);
            await click(visited, 'beside it');
            await expect.poll(() => visited.view, patience).toEqual({ ...refused, touched: true });
          });
        }

        test('a microphone that is denied is said with its remedy, and allowed after all the avatar hears it', async () => {
          const { page, setMicrophone } = await visit(provider);
          await expect.poll(() => visited?.view?.state, patience).toBe('live');
          await setMicrophone('denied');
          expect(await page.evaluate(() => globalThis.visit.enableMicrophone())).toBe('permission-denied');
          const { status, reason, message, remedy } = await page.evaluate(() =>
            globalThis.visit.microphone(),
          );
          expect({ status, reason }).toEqual({ status: 'off', reason: 'denied' });
          expect(message).toContain(remedy);
          expect(remedy).toContain('Allow it');
          expect(await page.evaluate(() => globalThis.visit.heard())).toBe(0);

          await setMicrophone('granted');
          expect(await page.evaluate(() => globalThis.visit.enableMicrophone())).toBeUndefined();
          expect(await page.evaluate(() => globalThis.visit.microphone())).toEqual({ status: 'on' });
          await expect
            .poll(() => page.evaluate(() => globalThis.visit.heard()), patience)
            .toBeGreaterThan(0.01);
        });
      });
    }
  },
);
