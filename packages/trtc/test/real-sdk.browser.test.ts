import type { AvatarErrorCode } from '@avatarwire/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { checkCredentials } from '../src/trtc-options';
import type { TrtcModule } from '../src/trtc-sdk';
import type { TrtcOutside, TrtcSignalling } from './browser-commands';
import {
  type Connecting,
  CREDENTIALS,
  connect,
  countIntervals,
  handlersOf,
  leadSignallingTo,
  type Watched,
  watch,
} from './real/watched-sdk';

interface Version {
  readonly version: string;
  readonly load: () => Promise<TrtcModule>;
  readonly manifest: () => Promise<{ readonly version: string }>;
}

/** The lowest of the peer range and the one we develop with. That they compile here is half of the test. */
const versions: readonly Version[] = [
  {
    version: '5.14.1',
    load: () => import('trtc-sdk-v5-oldest'),
    manifest: () => import('trtc-sdk-v5-oldest/package.json'),
  },
  {
    version: '5.17.1',
    load: () => import('trtc-sdk-v5'),
    manifest: () => import('trtc-sdk-v5/package.json'),
  },
];

const TIMEOUT_MS = 2_500;

const unhandled: unknown[] = [];
const onUnhandled = (event: PromiseRejectionEvent) => {
  unhandled.push(event.reason);
  event.preventDefault();
};

beforeEach(async () => {
  // The SDK keeps there where it was sent the last time.
  localStorage.removeItem('trtc_schedule_cache');
  await commands.trtcOutside('refused');
  window.addEventListener('unhandledrejection', onUnhandled);
});

afterEach(async () => {
  await commands.trtcRelease();
  window.removeEventListener('unhandledrejection', onUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

async function rejection({ connected }: Connecting): Promise<unknown> {
  return connected.then(
    () => 'it connected',
    (error: unknown) => error,
  );
}

/** Once a connection is over, nothing of it is left: no handler, no interval, no instance that is not destroyed. */
async function leavesNothing(watched: Watched, intervals: { running(): number }): Promise<void> {
  await expect.poll(() => watched.leftAtDestroy).toEqual(watched.clients.map(() => 0));
  expect(watched.clients.map(handlersOf)).toEqual(watched.clients.map(() => 0));
  await expect.poll(() => intervals.running()).toBe(0);
}

function intervalsOfThisTest(): { running(): number } {
  const intervals = countIntervals();
  onTestFinished(intervals.stop);
  return intervals;
}

function devices(): {
  readonly audio: () => Promise<MediaStreamTrack>;
  readonly video: () => Promise<MediaStreamTrack>;
} {
  const open = async (kind: 'audio' | 'video') => {
    const [track] = (await navigator.mediaDevices.getUserMedia({ [kind]: true })).getTracks();
    if (track === undefined) throw new Error(`there is no ${kind} device`);
    onTestFinished(() => track.stop());
    return track;
  };
  return { audio: () => open('audio'), video: () => open('video') };
}

describe.each(versions)(
  'our adapter over the real trtc-sdk-v5 $version, in Chromium',
  ({ version, load, manifest }) => {
    /** In no room, and told that it is in one: `enterRoom` alone is not the SDK's. */
    async function joined() {
      const watched = watch(load, 'at once');
      const made = connect(watched);
      await made.connected;
      onTestFinished(() => made.transport.close());
      const client = watched.clients[0];
      if (client === undefined) throw new Error('no instance was made');
      return { ...made, watched, client };
    }

    test('it is that version, and has what the adapter calls', async () => {
      expect((await manifest()).version).toBe(version);
      await joined();
    });

    describe('without a network', () => {
      test.each<[string, TrtcOutside, AvatarErrorCode]>([
        ['refuses connections', 'refused', 'network'],
        ['answers HTTP 500', 'server-error', 'network'],
        ['takes requests and never answers', 'hangs', 'connect-timeout'],
      ])(
        'a network that %s is told within our own time-out, and leaves nothing',
        async (_, outside, code) => {
          await load();
          await commands.trtcOutside(outside);
          const intervals = intervalsOfThisTest();
          const watched = watch(load);
          const made = connect(watched, { connectTimeoutMs: TIMEOUT_MS });
          const began = performance.now();

          expect(await rejection(made)).toMatchObject({ code, provider: 'trtc', retryable: true });
          expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 1_000);
          await made.transport.close();
          await leavesNothing(watched, intervals);
          const asked = await commands.trtcRelease();
          expect(asked.length).toBeGreaterThan(0);
        },
      );

      test.each<[string, TrtcSignalling, AvatarErrorCode]>([
        ['is refused', 'refused', 'connect-timeout'],
        ['never opens', 'hangs', 'connect-timeout'],
        ['opens and says nothing', 'mute', 'connect-timeout'],
        ['opens and closes at once', 'closes', 'network'],
      ])(
        'a signalling socket that %s is told within our own time-out, and leaves nothing',
        async (_, mode, code) => {
          await load();
          onTestFinished(leadSignallingTo(await commands.trtcSignalling(mode)));
          const intervals = intervalsOfThisTest();
          const watched = watch(load);
          const made = connect(watched, { connectTimeoutMs: TIMEOUT_MS });

          expect(await rejection(made)).toMatchObject({ code, provider: 'trtc', retryable: true });
          // It got as far as the signalling, and CONNECTED was not taken for being in the room.
          expect(watched.states[0]).toBe('CONNECTING');
          expect(watched.states.includes('CONNECTED')).toBe(mode === 'mute' || mode === 'closes');
          await made.transport.close();
          await leavesNothing(watched, intervals);
        },
      );

      test('an abort while entering hangs rejects at once with its reason, and leaves nothing', async () => {
        await load();
        await commands.trtcOutside('hangs');
        const intervals = intervalsOfThisTest();
        const watched = watch(load);
        const abort = new AbortController();
        const made = connect(watched, {}, abort.signal);
        await expect.poll(() => watched.called).toEqual(['enterRoom']);
        const reason = new Error('changed my mind');
        abort.abort(reason);

        expect(await rejection(made)).toBe(reason);
        await leavesNothing(watched, intervals);
      });

      test('two at once, the first given up as StrictMode does, do not disturb each other', async () => {
        await load();
        const intervals = intervalsOfThisTest();
        const watched = watch(load);
        const first = connect(watched);
        const closing = first.transport.close();
        const second = connect(watched);

        expect(await rejection(first)).toMatchObject({ code: 'not-connected' });
        await closing;
        expect(await rejection(second)).toMatchObject({ code: 'network', serviceCode: 5500 });
        await leavesNothing(watched, intervals);
      });

      test('sending and publishing before it is in the room reject, and the SDK is not asked', async () => {
        await load();
        await commands.trtcOutside('hangs');
        const watched = watch(load);
        const made = connect(watched, { connectTimeoutMs: TIMEOUT_MS });
        const track = await devices().audio();
        await expect.poll(() => watched.called).toEqual(['enterRoom']);

        await expect(made.transport.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'not-connected' });
        await expect(made.transport.publishing.publish('microphone', track)).rejects.toMatchObject({
          code: 'not-connected',
        });
        expect(watched.called).toEqual(['enterRoom']);
        await made.transport.close();
        expect([track.readyState, track.enabled]).toEqual(['live', true]);
      });
    });

    describe('what it refuses', () => {
      test.each<[string, object]>([
        ['a string of digits', { strRoomId: '123' }],
        ['64 letters', { strRoomId: 'x'.repeat(64) }],
        ['65 letters', { strRoomId: 'x'.repeat(65) }],
        ['every sign that is listed', { strRoomId: '!#$%&()+-:;<=.>?@[]^_{}|~, ' }],
        ['a slash', { strRoomId: 'a/b' }],
        ['a quote', { strRoomId: 'a"b' }],
        ['an apostrophe', { strRoomId: "a'b" }],
        ['an asterisk', { strRoomId: 'a*b' }],
        ['an umlaut', { strRoomId: 'ü' }],
        ['an empty string', { strRoomId: '' }],
        ['the number 1', { roomId: 1 }],
        ['the largest number', { roomId: 4_294_967_294 }],
        ['one more', { roomId: 4_294_967_295 }],
        ['zero', { roomId: 0 }],
        ['less than zero', { roomId: -1 }],
        ['a fraction', { roomId: 1.5 }],
        ['no application', { strRoomId: 'a', sdkAppId: 0 }],
        ['a blank user', { strRoomId: 'a', userId: ' ' }],
        ['no signature', { strRoomId: 'a', userSig: '' }],
      ])('%s is a fault in the credentials for us where it is one for the SDK', async (_, given) => {
        const { roomId, strRoomId, ...more } = given as { roomId?: number; strRoomId?: string };
        const { default: TRTC } = (await load()) as { readonly default: Pick<Watched, never> & TrtcCreate };
        const client = TRTC.create();
        onTestFinished(() => client.destroy());
        const { room, ...base } = CREDENTIALS;
        const config = { ...base, ...given };
        const said = await client.enterRoom(config).catch(({ code }: { readonly code: number }) => code);
        const ours = () => checkCredentials({ ...base, ...more, room: strRoomId ?? roomId ?? room });

        // 5500: it asked the network, and there is none.
        expect([5000, 5500]).toContain(said);
        if (said === 5000)
          expect(ours).toThrowError(expect.objectContaining({ code: 'invalid-credentials' }));
        else expect(ours).not.toThrow();
      });
    });

    describe('told that it is in a room', () => {
      test('a message before the SDK knows of a room is rejected by it with 5101, and by us with not-connected', async () => {
        const { transport, watched } = await joined();

        await expect(transport.send(Uint8Array.of(1))).rejects.toMatchObject({
          code: 'not-connected',
          serviceCode: 5101,
        });
        expect(watched.called.filter((name) => name === 'sendCustomMessage')).toHaveLength(1);
      });

      test('with its own flag forced, it takes 8,000 bytes and throws 4097 after them, which is service-busy', async () => {
        const { transport, client } = await joined();
        forceJoined(client);
        const sent = Array.from({ length: 8 }, () => transport.send(new Uint8Array(1_000)));

        await expect(Promise.all(sent)).resolves.toHaveLength(8);
        await expect(transport.send(Uint8Array.of(1))).rejects.toMatchObject({
          code: 'service-busy',
          serviceCode: 4097,
          retryAfterMs: 1_050,
          retryable: true,
        });
        // For closing: in a room, `destroy` would throw.
        forceJoined(client, false);
      });

      test('1,001 bytes are refused by it with 5018, and do not come so far with us', async () => {
        const { transport, client, watched } = await joined();
        forceJoined(client);
        const refused = client.sendCustomMessage({ cmdId: 1, data: new ArrayBuffer(1_001) });
        await expect(refused).rejects.toMatchObject({ code: 5000, extraCode: 5018 });
        const before = watched.called.length;

        await expect(transport.send(new Uint8Array(1_001))).rejects.toMatchObject({
          code: 'packet-too-large',
        });
        expect(watched.called).toHaveLength(before);
        forceJoined(client, false);
      });

      test('our track is neither stopped, cloned nor left disabled, no device is opened, and mute is its enabled', async () => {
        const { transport, client, watched } = await joined();
        const { audio, video } = devices();
        const [sound, otherSound, picture, screen] = [
          await audio(),
          await audio(),
          await video(),
          await video(),
        ];
        const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
        const shown = vi.spyOn(navigator.mediaDevices, 'getDisplayMedia');
        const tracks = [sound, otherSound, picture, screen];
        const clones = tracks.map((track) => vi.spyOn(track, 'clone'));
        onTestFinished(() => void vi.restoreAllMocks());
        const { publishing } = transport;
        const enabled = () => tracks.map((track) => track.enabled);
        await publishing.publish('microphone', sound);
        await publishing.publish('camera', picture);
        await publishing.publish('screen', screen);
        expect([client.getAudioTrack({ userId: '' }), client.getVideoTrack()]).toEqual([sound, picture]);
        expect(enabled()).toEqual([true, true, true, true]);

        await publishing.mute('microphone', true);
        await publishing.mute('camera', true);
        await publishing.mute('screen', true);
        expect(enabled()).toEqual([false, true, false, false]);
        await publishing.replace('microphone', otherSound);
        expect(enabled()).toEqual([true, false, false, false]);
        expect(client.getAudioTrack({ userId: '' })).toBe(otherSound);
        await publishing.mute('microphone', false);
        await publishing.mute('screen', false);
        expect(enabled()).toEqual([true, true, false, true]);
        await publishing.unpublish('screen');
        await publishing.mute('microphone', true);
        await transport.close();

        expect(enabled()).toEqual([true, true, true, true]);
        expect(tracks.map(({ readyState }) => readyState)).toEqual(['live', 'live', 'live', 'live']);
        expect([asked.mock.calls, shown.mock.calls]).toEqual([[], []]);
        expect(clones.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0, 0]);
        expect(watched.leftAtDestroy).toEqual([0]);
      });

      test('a track that its owner disabled stays so, though the unmute of the SDK enables it', async () => {
        const { transport, client } = await joined();
        const sound = await devices().audio();
        sound.enabled = false;
        const { publishing } = transport;
        await publishing.publish('microphone', sound);
        await publishing.mute('microphone', true);
        await publishing.mute('microphone', false);
        expect(sound.enabled).toBe(false);

        await client.updateLocalAudio({ mute: true });
        await client.updateLocalAudio({ mute: false });
        expect(sound.enabled).toBe(true);
        await transport.close();
        expect(sound.enabled).toBe(false);
      });

      test('after the end nothing is started on the instance any more: it would still open the microphone', async () => {
        const { transport, watched } = await joined();
        const sound = await devices().audio();
        await transport.close();

        await expect(transport.publishing.publish('microphone', sound)).rejects.toMatchObject({
          code: 'not-connected',
        });
        expect(watched.called).toEqual(['enterRoom', 'exitRoom']);
      });

      test('local tracks, which it announces with an empty user id, are not the avatar’s', async () => {
        const { transport, client } = await joined();
        const added: unknown[] = [];
        const local: unknown[] = [];
        transport.on('track-added', (track) => added.push(track));
        client.on('track', (event) => local.push((event as { readonly userId: string }).userId));
        await transport.publishing.publish('microphone', await devices().audio());

        expect(local).toContain('');
        expect(added).toEqual([]);
      });

      test.each([
        ['kick', 'joined-elsewhere'],
        ['banned', 'removed'],
        ['room_disband', 'room-ended'],
      ])(
        'kicked-out for %s, made up and emitted by its own emitter, ends it as %s, and leaves nothing',
        async (reason, ours) => {
          const intervals = intervalsOfThisTest();
          const { transport, client, watched } = await joined();
          const closed: unknown[] = [];
          transport.on('closed', (end) => closed.push(end.reason));
          client.emit('kicked-out', { reason });
          client.emit('kicked-out', { reason });

          expect(closed).toEqual([ours]);
          await transport.close();
          await leavesNothing(watched, intervals);
        },
      );

      test('a handler of ours that meets nonsense does not silence the next one, as one that throws would', async () => {
        const { transport, client } = await joined();
        const packets: unknown[] = [];
        const heard: string[] = [];
        transport.on('packet', (packet) => packets.push(packet));
        client.on('custom-message', () => heard.push('next'));
        client.emit('custom-message', { userId: 'avatar', cmdId: 1, seq: 1, data: 'no buffer' });
        client.emit('custom-message', undefined);
        client.emit('custom-message', {
          userId: 'avatar',
          cmdId: 1,
          seq: 1,
          data: Uint8Array.of(1, 2).buffer,
        });

        expect(packets).toEqual([{ data: Uint8Array.of(1, 2), from: 'avatar' }]);
        expect(heard).toEqual(['next', 'next', 'next']);
      });
    });
  },
);

interface TrtcCreate {
  create(): { enterRoom(config: object): Promise<void>; destroy(): void };
}

/** The SDK's private flag: checks behind it run, nothing is sent, no room exists. */
function forceJoined(client: object, isJoined = true): void {
  const { room } = client as { readonly room: object };
  Object.defineProperty(room, 'isJoined', { configurable: true, get: () => isJoined });
}
