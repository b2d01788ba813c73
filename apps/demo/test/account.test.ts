// The page with rooms of its own in the server's environment, the vendors' real SDKs in a real Chromium, and every
// network but this machine's cut off.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, expectState, launchBrowser, openPage, serviceOf } from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';
import { leftOpen } from './support/open-media';

const secrets = { AVATARWIRE_AGORA_TOKEN: '006secretToken', AVATARWIRE_TRTC_USER_SIG: 'eJsecretSignature' };
const environment = {
  AVATARWIRE_AGORA_APP_ID: '0123456789abcdef0123456789abcdef',
  AVATARWIRE_AGORA_CHANNEL: 'channel',
  AVATARWIRE_AGORA_UID: '1001',
  AVATARWIRE_TRTC_SDK_APP_ID: '1400000000',
  AVATARWIRE_TRTC_ROOM: 'room',
  AVATARWIRE_TRTC_ROOM_KIND: 'string',
  AVATARWIRE_TRTC_USER_ID: 'visitor',
  ...secrets,
};
const cases = [
  { provider: 'agora', sdk: 'sdk-agora-rtc-sdk-ng', hosts: /agora\.io|sd-rtn\.com/ },
  { provider: 'trtc', sdk: 'sdk-trtc-sdk-v5', hosts: /cloud-rtc\.(?:com|net)/ },
];

// Agora's SDK tries for as long as it is let: 15 s.
const patience = { timeout: 60_000 };

describe.skipIf(chromiumPath === undefined)(
  'with a room of its own, cut off from the vendor',
  patience,
  () => {
    let demo: DemoProcess;
    let browser: Browser;
    beforeAll(async () => {
      [demo, browser] = await Promise.all([startDemo(environment), launchBrowser()]);
    });
    afterAll(async () => {
      await browser?.close();
      expect(await demo?.stop()).toBe(0);
    });

    test.each(cases)(
      'over $provider it downloads the real SDK on connect, tries its hosts, and says what failed',
      async ({ provider, sdk, hosts }) => {
        const foreign: string[] = [];
        const logged: string[] = [];
        const { page, scripts, errors } = await openPage(browser, `${demo.url}/?provider=${provider}`);
        page.on('console', (entry) => logged.push(entry.text()));
        await page.routeWebSocket(/.*/, (socket) => {
          foreign.push(socket.url());
          void socket.close();
        });
        await page.context().route(
          ({ origin }) => origin !== demo.url,
          (route) => {
            foreign.push(route.request().url());
            return route.abort();
          },
        );

        expect(await serviceOf(page)).toBe('own-room');
        expect(await page.getByRole('group', { name: 'Provider' }).textContent()).toContain('your account');
        expect(await page.getByTestId('stand-in').count()).toBe(0);
        expect(scripts.join()).not.toContain('sdk-');
        await page.getByRole('button', { name: 'Connect' }).click();
        await expectState(page, 'Failed');

        expect(scripts.join()).toContain(sdk);
        expect(scripts.join()).not.toContain('simulator');
        expect(foreign.join('\n'), 'the policy of the page lets it ask').toMatch(hosts);
        const alert = (await page.getByRole('alert').first().textContent()) ?? '';
        expect(alert).toMatch(/\[(?:network|connect-timeout)\]/);
        expect(errors.filter((error) => error.includes('Content Security Policy'))).toEqual([]);
        const readable = [await page.content(), ...logged].join('\n');
        for (const secret of Object.values(secrets)) expect(readable).not.toContain(secret);
        // What the SDK makes for itself when it is loaded stays: trtc-sdk-v5 keeps an AudioContext and two tracks.
        expect((await leftOpen(page)).connections).toBe(0);
        await page.context().close();
      },
    );
  },
);

describe('half a room', () => {
  test('is a start that fails and names the missing variable', async () => {
    const { AVATARWIRE_AGORA_CHANNEL: _, ...half } = environment;
    const start = startDemo(half);
    await expect(start).rejects.toThrow('AVATARWIRE_AGORA_CHANNEL is not');
    await expect(start).rejects.not.toThrow(/secret/);
  });
});
