import {
  findLivekitServer,
  type LivekitServer,
  startLivekitServer,
} from '@avatarwire/tooling/livekit-server';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { livekitRooms, type MockServices, startMockServices } from '../../src/services';
import { launchChromium, openLivekitPage } from '../livekit-page';
import { akoolCalls, at, textAt } from './stage';

describe.skipIf(findLivekitServer() === undefined)('rooms on a real livekit-server', () => {
  let server: LivekitServer;
  let browser: Browser;
  let mock: MockServices;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startLivekitServer(), launchChromium()]);
    const { url, apiKey, apiSecret } = server;
    mock = await startMockServices({
      rooms: livekitRooms({ url, apiKey, apiSecret, width: 320, height: 320 }),
    });
  }, 30_000);
  afterAll(async () => {
    await mock?.close();
    await browser?.close();
    await server?.stop();
  });

  test('a session opens at the mock’s AKOOL, real Chromium sees its avatar, and a close takes the avatar away', async () => {
    const { create, close } = akoolCalls(mock);
    const { body } = await create({ stream_type: 'livekit' });
    const credentials = (name: string) => textAt(body, `data.credentials.livekit_${name}`);
    const identities = async () =>
      (await server.rooms.listParticipants(credentials('room_name'))).map(({ identity }) => identity);

    const page = await openLivekitPage(browser, credentials('url'), credentials('token'));
    await vi.waitFor(async () => expect((await page.look()).frames).toBeGreaterThan(3), { timeout: 15_000 });
    expect((await identities()).sort()).toEqual(
      [credentials('server_identity'), credentials('client_identity')].sort(),
    );

    expect((await close(at(body, 'data._id'))).body).toMatchObject({ code: 1000 });
    await vi.waitFor(async () => expect(await identities()).toEqual([credentials('client_identity')]), {
      timeout: 10_000,
    });
    await page.leave();
  });

  test('other networks are left to the mock', async () => {
    expect((await akoolCalls(mock).create()).body).toHaveProperty('data.credentials.agora_app_id');
  });
});
