/** Where visitor and avatar meet, in each scenario afresh. */

import type { Page } from 'playwright';
import type { FarSide } from './far-side';
import type { Signal } from './page/relayed-signalling';
import type { PlacedChromium } from './placed-chromium';
import type { AvatarReport } from './reports';
import type { Scenario } from './scenarios';

export interface Meeting {
  readonly page: Page;
  /** The visitor joins. Resolves with the milliseconds to `live`. */
  join(): Promise<number>;
  avatar(): Promise<AvatarReport>;
  end(): Promise<void>;
}

export async function meetOverLivekit(
  near: PlacedChromium,
  far: FarSide,
  { name, policy }: Scenario,
): Promise<Meeting> {
  const token = await far.open(name);
  const page = await near.open('visitor');
  return {
    page,
    join: () =>
      page.evaluate(([url, token, policy]) => visitor.connectLivekit(url, token, policy), [
        `wss://${far.address}`,
        token,
        policy,
      ] as const),
    avatar: far.report,
    async end() {
      await leave(page);
      await far.leaveRoom();
    },
  };
}

/** Both in a Chromium of their own, and only the signalling goes by way of this process. */
export async function meetOverWebrtc(near: PlacedChromium, far: PlacedChromium): Promise<Meeting> {
  const [page, farPage] = [await near.open('visitor'), await far.open('avatar')];
  await relay(page, farPage);
  await relay(farPage, page);
  return {
    page,
    async join() {
      const [liveMs] = await Promise.all([
        page.evaluate(() => visitor.connectWebrtc()),
        farPage.evaluate(() => farAvatar.begin()),
      ]);
      return liveMs;
    },
    avatar: () => farPage.evaluate(() => farAvatar.report()),
    async end() {
      await leave(page);
      await farPage.close();
    },
  };
}

async function leave(page: Page): Promise<void> {
  await page.evaluate(() => visitor.close());
  await page.close();
}

async function relay(from: Page, to: Page): Promise<void> {
  // In order: a candidate must not overtake its description.
  let line: Promise<unknown> = Promise.resolve();
  await from.exposeFunction('sendSignal', (signal: Signal) => {
    const told = line.then(() =>
      to.isClosed() ? undefined : to.evaluate((signal) => takeSignal(signal), signal),
    );
    line = told.catch(() => {});
    return told;
  });
}
