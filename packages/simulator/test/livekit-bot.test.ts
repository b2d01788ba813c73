import {
  findLivekitServer,
  type LivekitServer,
  startLivekitServer,
} from '@avatarwire/tooling/livekit-server';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type LivekitBotOptions, startLivekitBot } from '../src/livekit';
import { launchChromium, openLivekitPage } from './livekit-page';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe.skipIf(findLivekitServer() === undefined)('with a real livekit-server', () => {
  let server: LivekitServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startLivekitServer(), launchChromium()]);
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  let rooms = 0;
  const grants = (room: string) => ({
    roomJoin: true,
    room,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
  });

  /** A bot in a room of its own, and a visitor in a real Chromium. */
  async function meet(options: Partial<LivekitBotOptions> = {}) {
    rooms += 1;
    const room = `room ${rooms}`;
    const bot = await startLivekitBot({
      url: server.url,
      token: await server.token('avatar', grants(room)),
      width: 320,
      height: 320,
      ...options,
    });
    cleanUps.push(() => bot.close());
    const page = await openLivekitPage(browser, server.url, await server.token('visitor', grants(room)));
    cleanUps.push(() => page.leave());
    return { bot, page, room };
  }

  test('a bare livekit-client in real Chromium sees the face move and hears the voice, until an interrupt', async () => {
    const { page } = await meet();
    const seen = await vi.waitFor(
      async () => {
        const view = await page.look();
        expect(view.frames).toBeGreaterThan(5);
        return view;
      },
      { timeout: 15_000 },
    );
    expect([seen.width, seen.height]).toEqual([320, 320]);
    expect(seen.level).toBeLessThan(0.002);
    await vi.waitFor(async () => expect((await page.look()).frames).toBeGreaterThan(seen.frames + 20), {
      timeout: 5_000,
    });

    await page.send(chat('one', 'A long sentence that goes on and on. '.repeat(8)));
    await vi.waitFor(async () => expect((await page.look()).level).toBeGreaterThan(0.03), { timeout: 5_000 });
    await page.send(JSON.stringify({ v: 2, type: 'command', mid: 'two', pld: { cmd: 'interrupt' } }));

    await vi.waitFor(
      async () => {
        const { packets, level } = await page.look();
        expect(packets.map(({ text }) => JSON.parse(text))).toContainEqual(
          expect.objectContaining({
            type: 'command',
            mid: 'two',
            pld: expect.objectContaining({ code: 1000 }),
          }),
        );
        expect(level).toBeLessThan(0.002);
      },
      { timeout: 3_000 },
    );
  }, 40_000);

  test('packets go both ways, on the topics and to the identities that the options name', async () => {
    const { bot, page } = await meet({
      sendTopic: 'down',
      receiveTopic: 'up',
      destinationIdentities: ['visitor'],
      avatar: { mode: 'dialogue', reply: (text) => `You said ${text}.` },
    });
    const bystander = await openLivekitPage(
      browser,
      server.url,
      await server.token('bystander', grants(bot.roomName)),
    );
    cleanUps.push(() => bystander.leave());
    await vi.waitFor(
      async () => expect([...(await page.look()).identities].sort()).toEqual(['avatar', 'bystander']),
      { timeout: 10_000 },
    );

    await page.send(chat('lost', 'on no topic'), { to: ['avatar'] });
    await page.send(chat('ask', 'hello'), { topic: 'up', to: ['avatar'] });

    await vi.waitFor(
      async () => {
        const { packets } = await page.look();
        expect(packets.map(({ text }) => JSON.parse(text).pld.text ?? '').join('')).toBe('You said hello.');
        expect(new Set(packets.map(({ from, topic }) => `${from} ${topic}`))).toEqual(
          new Set(['avatar down']),
        );
      },
      { timeout: 5_000 },
    );
    expect(bot.avatar.heard.messages.map(({ text, from }) => `${from}: ${text}`)).toEqual(['visitor: hello']);
    expect((await bystander.look()).packets).toEqual([]);
  }, 40_000);

  test('an avatar that leaves is gone from the room, and comes back with its face', async () => {
    const { bot, page } = await meet();
    await vi.waitFor(async () => expect((await page.look()).frames).toBeGreaterThan(3), { timeout: 15_000 });

    await bot.leave();
    expect(bot.connected).toBe(false);
    await vi.waitFor(async () => expect((await page.look()).identities).toEqual([]), { timeout: 5_000 });
    const { frames } = await page.look();
    await bot.return();

    expect(bot.connected).toBe(true);
    await vi.waitFor(async () => expect((await page.look()).frames).toBeGreaterThan(frames + 10), {
      timeout: 15_000,
    });
  }, 40_000);

  test('a bot that is removed from its room says so, and can be closed twice', async () => {
    const onDisconnected = vi.fn();
    const { bot, room } = await meet({ onDisconnected });

    await server.rooms.deleteRoom(room);

    await vi.waitFor(() => expect(onDisconnected).toHaveBeenCalledTimes(1), { timeout: 10_000 });
    expect(bot.connected).toBe(false);
    await Promise.all([bot.close(), bot.close()]);
    expect(onDisconnected).toHaveBeenCalledTimes(1);
  }, 40_000);

  test('a token that the server refuses is reported as such, without the token', async () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl';

    const error: unknown = await startLivekitBot({ url: server.url, token }).catch(
      (reason: unknown) => reason,
    );

    expect(error).toMatchObject({ code: 'credentials-refused', provider: 'livekit' });
    expect(String(error) + String((error as Error).cause)).not.toContain(token);
  }, 20_000);
});

test('a server that is not there is a network error', async () => {
  await expect(startLivekitBot({ url: 'ws://127.0.0.1:9', token: 'token' })).rejects.toMatchObject({
    code: 'network',
    retryable: true,
  });
}, 20_000);

test.each([
  [{ url: 'nonsense' }, 'invalid-credentials', /url/],
  [{ token: '' }, 'invalid-credentials', /token/],
  [{ width: 321 }, 'invalid-argument', /even/],
  [{ framesPerSecond: 90 }, 'invalid-argument', /framesPerSecond/],
  [{ connectTimeoutMs: 0 }, 'invalid-argument', /connectTimeoutMs/],
])('bad options are refused before anything is loaded: %j', async (bad, code, message) => {
  const options = { url: 'ws://127.0.0.1:9', token: 'token', ...bad };

  await expect(startLivekitBot(options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test.each(['@livekit/rtc-node', '@napi-rs/canvas'])(
  'without %s the error names the package',
  async (name) => {
    vi.resetModules();
    vi.doMock(name, () => {
      throw new Error('not installed');
    });
    const { startLivekitBot: start } = await import('../src/livekit');

    const failed = start({ url: 'ws://127.0.0.1:9', token: 'token' });

    await expect(failed).rejects.toMatchObject({
      code: 'sdk-missing',
      message: expect.stringContaining(name),
    });
    vi.doUnmock(name);
    vi.resetModules();
  },
);

function chat(mid: string, text: string): string {
  return JSON.stringify({ v: 2, type: 'chat', mid, idx: 0, fin: true, pld: { text } });
}
