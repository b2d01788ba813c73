// A real Vite with React's own plugin, real Fast Refresh, a real Chromium, a real broker and the mock of AKOOL over
// HTTP. Only the room with the avatar is in the page's memory.
import { findChromium } from '@avatarwire/tooling/chromium';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PageUnderTest } from './site/main';
import { type Stage, startStage } from './stage';

const chromiumPath = findChromium();
/** A closed session that somebody still holds weighs about 18 kB here; code that becomes warm, some 3 kB a switch. */
const HALF_A_SESSION_BYTES = 9_000;
const PATIENCE = { timeout: 15_000 };

const versions: [version: string, alias: Record<string, string>][] = [
  ['19', {}],
  ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
];

describe.skipIf(chromiumPath === undefined).each(versions)(
  'with real React %s, Vite, Chromium and broker, and mock AKOOL over HTTP, a page',
  (version, alias) => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await startStage(chromiumPath ?? '', alias);
    });
    afterAll(() => stage?.close());

    afterEach(async () => {
      await stage.page.evaluate(() => pageUnderTest.hide());
      await expect.poll(left, PATIENCE).toMatchObject({ open: 0, listeners: 0, liveTracks: 0 });
      await expect.poll(() => stage.akool.open, PATIENCE).toBe(0);
      expect(stage.complaints).toEqual([]);
    });

    const left = (): Promise<ReturnType<PageUnderTest['leftovers']>> =>
      stage.page.evaluate(() => pageUnderTest.leftovers());
    const show = (id: string) => stage.page.evaluate((id) => pageUnderTest.show(id), id);
    const shown = (selector: string) => stage.page.textContent(selector);
    async function isLive() {
      await expect.poll(() => shown('output'), PATIENCE).toBe('live');
      await expect.poll(() => stage.akool.open, PATIENCE).toBe(1);
      await expect.poll(() => shown('#microphone'), PATIENCE).toBe('on');
      await expect.poll(left, PATIENCE).toMatchObject({ open: 1, liveTracks: 1 });
    }

    test(`has React ${version} and no other`, async () => {
      expect((await stage.page.evaluate(() => pageUnderTest.version)).split('.')[0]).toBe(version);
    });

    test('under StrictMode opens one session; gone, it is closed; back, another one is opened', async () => {
      const { opened } = stage.akool;
      const { made } = await left();
      await show('strict');
      await isLive();
      await stage.page.evaluate(() => pageUnderTest.hide());
      await expect.poll(() => stage.akool.open, PATIENCE).toBe(0);
      await show('strict');
      await isLive();
      expect([stage.akool.opened - opened, (await left()).made - made]).toEqual([2, 2]);
    });

    test('mounted, gone and mounted again in one turn has one session open', async () => {
      await stage.page.evaluate(() => {
        pageUnderTest.show('fast');
        pageUnderTest.hide();
        pageUnderTest.show('fast');
      });
      await isLive();
    });

    test('whose file is changed on the disk shows the change and keeps its session and its state', async () => {
      await show('edited');
      await isLive();
      const { opened } = stage.akool;
      const { made } = await left();
      await stage.page.click('#count');

      await stage.edit('app.tsx', 'as it was written', 'as it was changed');
      await expect.poll(() => shown('h1'), PATIENCE).toBe('as it was changed');
      // The module that makes sessions: `create` is another function then.
      await stage.edit('session.ts', "note = 'as it was'", "note = 'as it is'");
      await expect.poll(() => shown('h2'), PATIENCE).toBe('as it is');

      await isLive();
      expect(await shown('#count')).toBe('1');
      expect([stage.akool.opened, (await left()).made]).toEqual([opened, made]);
    });

    test('whose hooks are changed on the disk begins anew, with one session open', async () => {
      await show('rewritten');
      await isLive();
      const { opened } = stage.akool;
      const { made } = await left();
      // React drops the state of a component that calls other hooks, and with it the provider that is in it.
      await stage.edit(
        'app.tsx',
        '  return (\n    <AvatarSessionProvider',
        '  useState(0);\n  return (\n    <AvatarSessionProvider',
      );
      await expect.poll(async () => (await left()).made, PATIENCE).toBe(made + 1);
      await isLive();
      expect(stage.akool.opened).toBe(opened + 1);
    });

    test('that switches its provider 100 times fast has one session open each time it rests, and a flat heap', async () => {
      const { opened } = stage.akool;
      const { made } = await left();
      const afterFifty = async () => {
        await stage.page.evaluate(() => pageUnderTest.switchFast(50));
        await isLive();
        const memory = await stage.memory();
        // The one that is shown, and the last one, which React may still hold in the tree that it works on next.
        expect((await left()).alive).toBeLessThanOrEqual(2);
        return memory;
      };
      const half = await afterFifty();
      const whole = await afterFifty();
      expect((await left()).made - made).toBe(100);
      // Most were gone before the broker had answered; those that it opened all the same are closed again.
      expect(stage.akool.opened - opened).toBeGreaterThan(2);
      // One more for each switch would be 50; a session that just goes has a few.
      expect(whole.listeners - half.listeners).toBeLessThan(25);
      expect(whole.nodes - half.nodes).toBeLessThan(25);
      expect(whole.heapBytes - half.heapBytes).toBeLessThan(50 * HALF_A_SESSION_BYTES);
    });
  },
);
