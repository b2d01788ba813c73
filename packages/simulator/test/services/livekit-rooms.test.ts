import {
  findLivekitServer,
  type LivekitServer,
  startLivekitServer,
} from '@avatarwire/tooling/livekit-server';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SimulatedAvatar } from '../../src';
import { livekitRooms, type MockServices, startMockServices } from '../../src/services';
import { launchChromium, openLivekitPage } from '../livekit-page';
import { akoolCalls, at, send, textAt } from './stage';

describe.skipIf(findLivekitServer() === undefined)('rooms on a real livekit-server', () => {
  let server: LivekitServer;
  let browser: Browser;
  let mock: MockServices;
  const avatars: SimulatedAvatar[] = [];
  beforeAll(async () => {
    [server, browser] = await Promise.all([startLivekitServer(), launchChromium()]);
    const { url, apiKey, apiSecret } = server;
    mock = await startMockServices({
      rooms: livekitRooms({
        url,
        apiKey,
        apiSecret,
        width: 320,
        height: 320,
        onAvatar: (avatar) => avatars.push(avatar),
      }),
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

  test('a LiveAvatar session in real Chromium: literal events on its two topics, both ways, until it is stopped', async () => {
    const { urls, keys } = mock;
    const call = (path: string, headers: Record<string, string>, json: object) =>
      send(`${urls.liveavatar}/v1/sessions/${path}`, json, { headers });
    const order = { mode: 'FULL', avatar_id: 'ada' };
    const { body: ordered } = await call('token', { 'x-api-key': keys.liveavatar }, order);
    const bearer = { authorization: `Bearer ${textAt(ordered, 'data.session_token')}` };
    const { body } = await call('start', bearer, {});
    const sessionId = textAt(body, 'data.session_id');
    const page = await openLivekitPage(
      browser,
      textAt(body, 'data.livekit_url'),
      textAt(body, 'data.livekit_client_token'),
    );
    await vi.waitFor(async () => expect((await page.look()).identities).toEqual(['heygen']), {
      timeout: 10_000,
    });

    const speak = '{"event_type":"avatar.speak_text","event_id":"e0","text":"On no topic."}';
    await page.send(speak);
    const topic = { topic: 'agent-control' };
    await page.send('{"event_type":"avatar.speak_response","event_id":"e1","text":"How are you?"}', topic);
    const wholeOf = async (id: string) => {
      const { packets } = await page.look();
      const events = packets.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
      return events.filter(({ source_event_id }) => source_event_id === id);
    };
    await vi.waitFor(
      async () =>
        expect(await wholeOf('e1')).toContainEqual({
          event_type: 'avatar.transcription',
          event_id: expect.any(String),
          session_id: sessionId,
          source_event_id: 'e1',
          text: 'Very well, thank you. The network is calm today. And you?',
        }),
      { timeout: 5_000 },
    );
    await page.send('{"event_type":"avatar.interrupt","event_id":"e2"}', topic);
    await vi.waitFor(
      async () =>
        expect(await wholeOf('e1')).toContainEqual(
          expect.objectContaining({ event_type: 'avatar.speak_ended' }),
        ),
      { timeout: 5_000 },
    );
    const { packets } = await page.look();
    expect(new Set(packets.map(({ from, topic }) => `${from} ${topic}`))).toEqual(
      new Set(['heygen agent-response']),
    );
    expect(avatars.at(-1)?.heard.messages.map(({ text }) => text)).toEqual(['How are you?']);
    expect(avatars.at(-1)?.heard.violations).toEqual([]);

    await call('stop', bearer, {});
    await vi.waitFor(async () => expect((await page.look()).identities).toEqual([]), { timeout: 10_000 });
    await page.leave();
  }, 60_000);

  test('other networks are left to the mock', async () => {
    expect((await akoolCalls(mock).create()).body).toHaveProperty('data.credentials.agora_app_id');
  });
});
