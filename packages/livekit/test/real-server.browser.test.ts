import { isAvatarError } from '@avatarwire/core';
import { type Room, Track } from 'livekit-client';
import { afterEach, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { livekit } from '../src/index';
import { freshRoom, haveServer, joinRaw, recordPackets, sharedServer, tokenFor } from './real/access';
import { connectVisitor, type Visitor, type VisitorOptions } from './real/visitor';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (packets: readonly { readonly data: Uint8Array }[]) =>
  packets.map(({ data }) => new TextDecoder().decode(data));

describe.skipIf(!haveServer)(
  'over a real livekit-server and the real SDK in Chromium',
  { timeout: 30_000 },
  () => {
    const cleanUps: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function visitor(room: string, options?: VisitorOptions): Promise<Visitor> {
      const connected = await connectVisitor(room, options);
      cleanUps.push(() => connected.transport.close());
      return connected;
    }

    async function raw(room: string, identity: string): Promise<Room> {
      const participant = await joinRaw(sharedServer(), room, identity);
      cleanUps.push(() => participant.disconnect());
      return participant;
    }

    async function host(kind: 'silent' | 'not-found'): Promise<string> {
      const url = await commands.livekitHost(kind);
      cleanUps.push(() => commands.livekitStop(url));
      return url;
    }

    const failure = (connecting: Promise<unknown>) =>
      connecting.then(
        () => expect.unreachable('it connected'),
        (error: unknown) => error,
      );

    describe('joining', () => {
      test('a port where nobody listens is a network error that may be tried again', async () => {
        const error = await failure(visitor(freshRoom(), { url: 'ws://127.0.0.1:1' }));

        expect(error).toMatchObject({ code: 'network', retryable: true, serviceCode: 'ServerUnreachable' });
      });

      test('a host that answers 404 to everything, for which the SDK tries for ever, ends in connect-timeout', async () => {
        const url = await host('not-found');
        const error = await failure(visitor(freshRoom(), { url, adapter: { connectTimeoutMs: 800 } }));

        expect(error).toMatchObject({ code: 'connect-timeout', retryable: true });
      });

      test('a host that never answers ends in connect-timeout', async () => {
        const url = await host('silent');
        const error = await failure(visitor(freshRoom(), { url, adapter: { connectTimeoutMs: 300 } }));

        expect(error).toMatchObject({ code: 'connect-timeout', retryable: true });
      });

      test('a token made with another secret is refused, and is in no message, stack or cause', async () => {
        const room = freshRoom();
        const token = await tokenFor(
          { ...sharedServer(), apiSecret: 'another secret, of thirty-two letters and more' },
          room,
          'visitor',
        );
        const error = await failure(visitor(room, { token }));

        expect(error).toMatchObject({ code: 'credentials-refused', retryable: false, serviceCode: 401 });
        expect(textsIn(error).length).toBeGreaterThan(3);
        for (const text of textsIn(error)) expect(text).not.toContain(token);
      });

      test('a token that has expired is refused', async () => {
        const room = freshRoom();
        const token = await commands.livekitToken(sharedServer(), 'visitor', { roomJoin: true, room }, -600);

        expect(await failure(visitor(room, { token }))).toMatchObject({
          code: 'credentials-refused',
          serviceCode: 401,
        });
      });

      test('mounting twice, as StrictMode does, joins: every attempt has a Room of its own', async () => {
        const room = freshRoom();
        const abort = new AbortController();
        const first = failure(visitor(room, { signal: abort.signal }));
        abort.abort(new Error('unmounted'));
        const second = await visitor(room);

        expect(await first).toMatchObject({ message: 'unmounted' });
        expect(second.connection).toEqual({ localId: 'visitor', maxPacketBytes: 15_000, canSend: true });
        expect(second.all('closed')).toEqual([]);
      });
    });

    describe('packets', () => {
      test('go to the avatar alone, with the topic of the credentials', async () => {
        const room = freshRoom();
        const atAvatar = recordPackets(await raw(room, 'avatar'));
        const atOther = recordPackets(await raw(room, 'somebody else'));
        const { transport } = await visitor(room, {
          avatarId: 'avatar',
          credentials: { sendTopic: 'to-avatar' },
        });
        await transport.send(bytes('for the avatar'));

        await expect.poll(() => texts(atAvatar)).toEqual(['for the avatar']);
        expect(atAvatar[0]?.topic).toBe('to-avatar');
        expect(atOther).toEqual([]);
      });

      test('go to everybody, without a topic, where neither is named', async () => {
        const room = freshRoom();
        const one = recordPackets(await raw(room, 'one'));
        const other = recordPackets(await raw(room, 'other'));
        const { transport } = await visitor(room);
        await transport.send(bytes('for all'));

        await expect.poll(() => [texts(one), texts(other)]).toEqual([['for all'], ['for all']]);
        expect(one[0]?.topic ?? '').toBe('');
      });

      test('of other topics are dropped where the credentials name one to receive', async () => {
        const room = freshRoom();
        const avatar = await raw(room, 'avatar');
        const { all } = await visitor(room, { credentials: { receiveTopic: 'from-avatar' } });
        await avatar.localParticipant.publishData(bytes('chatter'), { reliable: true, topic: 'chatter' });
        await avatar.localParticipant.publishData(bytes('no topic'), { reliable: true });
        await avatar.localParticipant.publishData(bytes('reply'), { reliable: true, topic: 'from-avatar' });

        await expect.poll(() => texts(all('packet'))).toEqual(['reply']);
      });

      test('forged by another participant name that participant', async () => {
        const room = freshRoom();
        const avatar = await raw(room, 'avatar');
        const forger = await raw(room, 'forger');
        const { all } = await visitor(room, { avatarId: 'avatar' });
        await forger.localParticipant.publishData(bytes('I am the avatar'), { reliable: true });
        await avatar.localParticipant.publishData(bytes('I am'), { reliable: true });

        await expect.poll(() => all('packet').length).toBe(2);
        expect(
          Object.fromEntries(all('packet').map(({ from, data }) => [from, texts([{ data }])[0]])),
        ).toEqual({
          forger: 'I am the avatar',
          avatar: 'I am',
        });
      });

      test("sent over the server's API name nobody", async () => {
        const room = freshRoom();
        const { all } = await visitor(room);
        await commands.livekitSendData(sharedServer(), room, [...bytes('from the service')], 'any');

        await expect.poll(() => texts(all('packet'))).toEqual(['from the service']);
        expect(all('packet')[0]?.from).toBe('');
      });

      test('cannot be sent with a token that does not permit it, and canSend says so', async () => {
        const room = freshRoom();
        const token = await commands.livekitToken(sharedServer(), 'visitor', {
          roomJoin: true,
          room,
          canPublishData: false,
        });
        const { transport, connection } = await visitor(room, { token });

        expect(connection.canSend).toBe(false);
        await expect(transport.send(bytes('hello'))).rejects.toMatchObject({ code: 'unsupported' });
      });

      test('cannot be sent any more once the permission was taken away', async () => {
        const room = freshRoom();
        const { transport } = await visitor(room);
        await transport.send(bytes('hello'));
        await commands.livekitForbidData(sharedServer(), room, 'visitor');

        await expect.poll(() => transport.native?.localParticipant.permissions?.canPublishData).toBe(false);
        await expect(transport.send(bytes('hello'))).rejects.toMatchObject({ code: 'unsupported' });
      });

      test('on a closed data channel, which no state and no promise of the SDK shows, reject', async () => {
        const room = freshRoom();
        await raw(room, 'avatar');
        const { transport } = await visitor(room);
        await transport.send(bytes('hello'));
        transport.native?.engine.dataChannelForKind(0)?.close();

        await expect(transport.send(bytes('into the dark'))).rejects.toMatchObject({ code: 'network' });
        expect(transport.native?.state).toBe('connected');
      });
    });

    describe('reconnecting', () => {
      test('a full reconnect is lossy, replaces the tracks, and nobody seems to leave', async () => {
        const room = freshRoom();
        const avatar = await raw(room, 'avatar');
        await publishVideo(avatar);
        const { transport, all } = await visitor(room);
        await expect.poll(() => all('track-added').length).toBe(1);
        await transport.native?.simulateScenario('full-reconnect');

        await expect.poll(() => all('reconnected'), { timeout: 15_000 }).toEqual([{ lossy: true }]);
        await expect.poll(() => all('track-added').length, { timeout: 10_000 }).toBe(2);
        expect(all('track-removed').map(({ track }) => track.id)).toEqual([all('track-added')[0]?.track.id]);
        expect(all('participant-joined')).toEqual([{ id: 'avatar' }]);
        expect(all('participant-left')).toEqual([]);
      });

      test('while the link is down nothing is handed to the SDK, which would take it and may lose it', async () => {
        const room = freshRoom();
        const proxyUrl = await commands.livekitProxy(sharedServer().url);
        cleanUps.push(() => commands.livekitStop(proxyUrl));
        const { transport, all } = await visitor(room, { url: proxyUrl });
        await commands.livekitSignal(proxyUrl, 'held', true);

        await expect.poll(() => all('reconnecting').length).toBe(1);
        await expect(transport.send(bytes('hello'))).rejects.toMatchObject({ code: 'not-connected' });
      });

      test('a server that is killed and comes back is a lossy reconnect', async () => {
        const server = await commands.livekitStart();
        cleanUps.push(() => commands.livekitStop(server.url));
        const room = freshRoom();
        const { transport, all } = await visitor(room, {
          server,
          adapter: { room: { reconnectPolicy: { nextRetryDelayInMs: () => 200 } } },
        });
        await commands.livekitKill(server.url);
        await expect.poll(() => all('reconnecting').length, { timeout: 10_000 }).toBe(1);
        await commands.livekitRestart(server.url);

        await expect.poll(() => all('reconnected'), { timeout: 20_000 }).toEqual([{ lossy: true }]);
        await expect(transport.send(bytes('hello again'))).resolves.toBeUndefined();
      });

      test('a server that is killed for good ends it with network-lost', async () => {
        const server = await commands.livekitStart();
        cleanUps.push(() => commands.livekitStop(server.url));
        const { all } = await visitor(freshRoom(), {
          server,
          adapter: {
            room: {
              reconnectPolicy: { nextRetryDelayInMs: ({ retryCount }) => (retryCount < 3 ? 50 : null) },
            },
          },
        });
        await commands.livekitKill(server.url);

        await expect
          .poll(() => all('closed').map(({ reason }) => reason), { timeout: 20_000 })
          .toEqual(['network-lost']);
        expect(all('closed')[0]?.error).toMatchObject({ code: 'network', retryable: true });
      });
    });

    test('a server that shuts down and says so ends it with network-lost, to be joined again elsewhere', async () => {
      const { transport, all } = await visitor(freshRoom());
      await transport.native?.simulateScenario('server-leave');

      await expect.poll(() => all('closed').length).toBe(1);
      expect(all('closed')[0]).toMatchObject({
        reason: 'network-lost',
        error: { code: 'network', retryable: true, serviceCode: 'SERVER_SHUTDOWN' },
      });
    });

    describe('the page', () => {
      test('that is frozen ends it with page-frozen', async () => {
        const { all } = await visitor(freshRoom());
        window.dispatchEvent(new Event('freeze'));

        await expect.poll(() => all('closed')).toEqual([{ reason: 'page-frozen' }]);
      });

      test('that seems to be left does not end it: that is for the session to decide', async () => {
        const { transport, all } = await visitor(freshRoom());
        window.dispatchEvent(new Event('beforeunload'));
        await transport.send(bytes('still here'));

        expect(transport.native?.state).toBe('connected');
        expect(all('closed')).toEqual([]);
      });
    });

    describe('media', () => {
      test("the avatar's picture is handed over unplayed, and its figures are measured", async () => {
        const room = freshRoom();
        await publishVideo(await raw(room, 'avatar'));
        const { transport, all } = await visitor(room);
        await expect.poll(() => all('track-added').length, { timeout: 10_000 }).toBe(1);

        expect(all('track-added')[0]).toMatchObject({
          kind: 'video',
          source: 'camera',
          from: 'avatar',
          playedBySdk: false,
        });
        await expect
          .poll(() => transport.statistics(), { timeout: 10_000 })
          .toMatchObject({
            bytesReceived: expect.toSatisfy((value: number) => value > 1_000),
            roundTripMs: expect.any(Number),
            packetsLost: expect.any(Number),
            framesPerSecond: expect.any(Number),
          });
      });

      test('a picture that goes and comes again is removed and added, also when the browser shows it by the same track', async () => {
        const room = freshRoom();
        const avatar = await raw(room, 'avatar');
        const first = await publishVideo(avatar);
        const { events, all } = await visitor(room);
        await expect.poll(() => all('track-added').length, { timeout: 10_000 }).toBe(1);
        await avatar.localParticipant.unpublishTrack(first);
        await publishVideo(avatar);
        await expect.poll(() => all('track-added').length, { timeout: 10_000 }).toBe(2);

        const names = events.map(({ event }) => event).filter((event) => event.startsWith('track-'));
        expect(names).toEqual(['track-added', 'track-removed', 'track-added']);
        expect(all('track-added')[1]?.track.readyState).toBe('live');
      });

      test('a local track that the application published through the Room goes on after close', async () => {
        const { transport } = await visitor(freshRoom());
        const [track] = (await navigator.mediaDevices.getUserMedia({ video: true })).getVideoTracks();
        if (track === undefined) return expect.unreachable('no fake camera');
        cleanUps.push(async () => track.stop());
        await transport.native?.localParticipant.publishTrack(track);
        await transport.close();

        expect(track.readyState).toBe('live');
      });

      test('the quality of our own link is told, on one scale', async () => {
        const { all } = await visitor(freshRoom());

        await expect
          .poll(() => all('quality').at(-1), { timeout: 20_000 })
          .toEqual({ up: 'excellent', down: 'excellent' });
      });
    });

    test('nothing of the SDK is asked for before connect', async () => {
      let asked = 0;
      const transport = livekit({
        sdk: async () => {
          asked += 1;
          return import('livekit-client');
        },
      });

      expect([asked, transport.native]).toEqual([0, undefined]);
      await transport.close();
      expect(asked).toBe(0);
    });
  },
);

async function publishVideo(avatar: Room): Promise<MediaStreamTrack> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ video: true })).getVideoTracks();
  if (track === undefined) throw new Error('no fake camera');
  await avatar.localParticipant.publishTrack(track, { source: Track.Source.Camera });
  return track;
}

/** Every text that can be read in an error and what caused it. */
function textsIn(error: unknown): string[] {
  if (typeof error === 'string') return [error];
  if (!(error instanceof Error) && !isAvatarError(error)) return [];
  return Object.getOwnPropertyNames(error).flatMap((name) => textsIn(Reflect.get(error, name)));
}
