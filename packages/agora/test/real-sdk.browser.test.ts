import { AvatarError, silentLogger, systemClock } from '@avatarwire/core';
import newest, { type IAgoraRTCClient } from 'agora-rtc-sdk-ng';
import oldest from 'agora-rtc-sdk-ng-oldest';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { CLOSE_REASONS } from '../src/agora-events';
import { publishTracks } from '../src/agora-publishing';
import type { AgoraClientEvents } from '../src/agora-sdk';
import { type AgoraOptions, type AgoraSdk, agora } from '../src/index';
import { openDevices } from './double/real-tracks';

const CREDENTIALS = { appId: 'a'.repeat(32), channel: 'a channel', token: '007-nobody-issued-it', uid: 1 };
const CONNECT_MS = 700;
/** An abandoned join rejects at its next retry: 0.6 to 6 s later were seen. */
const ABANDONED_MS = 20_000;

const OUR_EVENTS: readonly (keyof AgoraClientEvents)[] = [
  'connection-state-change',
  'user-joined',
  'user-left',
  'user-published',
  'user-unpublished',
  'media-reconnect-end',
  'stream-message',
  'network-quality',
  'token-privilege-will-expire',
  'token-privilege-did-expire',
  'exception',
];

const versions: readonly (readonly [string, typeof newest | typeof oldest])[] = [
  ['4.24.8', newest],
  ['4.20.0', oldest],
];

const tracks = await openDevices();

beforeAll(() => commands.agoraOutside('refused'));
afterEach(() => {
  tracks.stop();
});
afterAll(async () => {
  await commands.agoraRelease();
});

/** The real SDK, and what was made and asked of it. */
function watched(sdk: typeof newest | typeof oldest) {
  const clients: { readonly client: IAgoraRTCClient; readonly joins: Promise<unknown>[] }[] = [];
  const localTracks: MediaStreamTrack[] = [];
  const given = (mediaStreamTrack: MediaStreamTrack) => {
    localTracks.push(mediaStreamTrack);
    return { mediaStreamTrack };
  };
  const real: AgoraSdk = sdk;
  const module: AgoraSdk = {
    createClient(config) {
      const client = real.createClient(config);
      const joins: Promise<unknown>[] = [];
      const join = client.join.bind(client);
      client.join = (...asked) => {
        const joined = join(...asked);
        joins.push(joined);
        return joined;
      };
      clients.push({ client: client as IAgoraRTCClient, joins });
      return client;
    },
    createCustomAudioTrack: ({ mediaStreamTrack }) => real.createCustomAudioTrack(given(mediaStreamTrack)),
    createCustomVideoTrack: ({ mediaStreamTrack }) => real.createCustomVideoTrack(given(mediaStreamTrack)),
    setLogLevel: (level) => real.setLogLevel(level),
  };
  return { clients, localTracks, module };
}

function subject(sdk: typeof newest | typeof oldest, options: AgoraOptions = {}) {
  const { clients, localTracks, module } = watched(sdk);
  const transport = agora({
    sdk: async () => ({ default: module }),
    connectTimeoutMs: CONNECT_MS,
    logLevel: 'none',
    ...options,
  });
  const told: string[] = [];
  for (const event of ['closed', 'reconnecting', 'participant-joined'] as const)
    transport.on(event, () => told.push(event));
  return {
    clients,
    localTracks,
    transport,
    told,
    connect(credentials: object = {}, signal = new AbortController().signal) {
      const connecting = transport.connect(
        { ...CREDENTIALS, ...credentials },
        { signal, logger: silentLogger },
      );
      connecting.catch(() => {});
      return connecting;
    },
    /** One client, disconnected, without a listener of ours, and its abandoned join is over. */
    async nothingIsOpen(): Promise<void> {
      expect(clients).toHaveLength(1);
      for (const { client, joins } of clients) {
        expect(OUR_EVENTS.flatMap((event) => client.getListeners(event))).toEqual([]);
        expect(client.connectionState).toBe('DISCONNECTED');
        await expect(Promise.all(joins)).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
        expect(client.connectionState).toBe('DISCONNECTED');
      }
      expect(told).toEqual([]);
    },
  };
}

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  );

describe.each(versions)(
  'over the real agora-rtc-sdk-ng %s in Chromium, without its cloud',
  (version, sdk) => {
    test('it is the version that is meant', () => {
      expect(sdk.VERSION).toBe(version);
    });

    test.each(['refused', 'server-error', 'hangs'] as const)(
      'a network where every request is %s, on which the SDK tries for ever, is connect-timeout',
      { timeout: ABANDONED_MS * 2 },
      async (outside) => {
        await commands.agoraOutside(outside);
        const { connect, nothingIsOpen } = subject(sdk);
        const start = performance.now();
        const reason = await reasonOf(connect());
        const took = performance.now() - start;
        // Only then can what hangs be let go.
        await commands.agoraRelease();
        await commands.agoraOutside('refused');

        expect(reason).toMatchObject({ code: 'connect-timeout', retryable: true, provider: 'agora' });
        expect(took).toBeGreaterThanOrEqual(CONNECT_MS - 50);
        expect(took).toBeLessThan(CONNECT_MS + 2_000);
        await nothingIsOpen();
      },
    );

    test('an abort in the middle of joining rejects at once with its reason, and nothing stays open', {
      timeout: ABANDONED_MS * 2,
    }, async () => {
      const abort = new AbortController();
      const { clients, connect, nothingIsOpen } = subject(sdk, { connectTimeoutMs: 60_000 });
      const connecting = connect({}, abort.signal);
      await expect.poll(() => clients[0]?.client.connectionState).toBe('CONNECTING');
      expect(OUR_EVENTS.map((event) => clients[0]?.client.getListeners(event).length)).toEqual(
        OUR_EVENTS.map(() => 1),
      );
      const start = performance.now();
      abort.abort('the visitor left');

      expect(await reasonOf(connecting)).toBe('the visitor left');
      expect(performance.now() - start).toBeLessThan(500);
      await nothingIsOpen();
    });

    test('close in the middle of joining resolves soon, and a listener that is not ours stays', {
      timeout: ABANDONED_MS * 2,
    }, async () => {
      const { clients, connect, transport, nothingIsOpen } = subject(sdk, { connectTimeoutMs: 60_000 });
      const connecting = connect();
      await expect.poll(() => clients[0]?.client.connectionState).toBe('CONNECTING');
      const theirs = () => {};
      clients[0]?.client.on('volume-indicator', theirs);
      const start = performance.now();
      await transport.close();

      expect(performance.now() - start).toBeLessThan(3_000);
      expect(await reasonOf(connecting)).toMatchObject({ code: 'not-connected' });
      expect(clients[0]?.client.getListeners('volume-indicator')).toEqual([theirs]);
      await nothingIsOpen();
    });

    test('two attempts at once, as StrictMode makes them, have a client each and do not disturb each other', async () => {
      const [first, second] = [subject(sdk), subject(sdk)];
      const abort = new AbortController();
      const abandoned = first.connect({}, abort.signal);
      const kept = second.connect();
      abort.abort('unmounted');

      expect(await reasonOf(abandoned)).toBe('unmounted');
      expect(await reasonOf(kept)).toMatchObject({ code: 'connect-timeout' });
      expect([first.clients.length, second.clients.length]).toEqual([0, 1]);
    });

    test('sending and publishing before the channel is joined do not reach the SDK', async () => {
      const { clients, connect, localTracks, transport } = subject(sdk);
      const microphone = tracks.make('audio');
      const connecting = connect();
      const sent = transport.send(Uint8Array.of(1));
      const published = transport.publishing.publish('microphone', microphone);

      expect(await reasonOf(sent)).toMatchObject({ code: 'not-connected' });
      expect(await reasonOf(published)).toMatchObject({ code: 'not-connected' });
      await reasonOf(connecting);
      expect(await reasonOf(transport.send(Uint8Array.of(1)))).toMatchObject({ code: 'not-connected' });
      expect([localTracks, microphone.readyState, clients.length]).toEqual([[], 'live', 1]);
    });

    test.each([
      { appId: '' },
      { channel: 'a/b' },
      { channel: 'x'.repeat(65) },
      { token: '' },
      { token: 'x'.repeat(2_048) },
      { uid: -1 },
      { uid: 1.5 },
      { uid: 2 ** 32 },
      { uid: 'x'.repeat(256) },
      // It lets the letters of Latin-1 pass, against its own words; for us they are no ASCII.
      { uid: '你' },
    ])('credentials that the SDK refuses, here with %o, are refused before it is asked', async (wrong) => {
      const { connect, clients } = subject(sdk);
      const { appId, channel, token, uid } = { ...CREDENTIALS, ...wrong };
      const client = sdk.createClient({ mode: 'rtc', codec: 'vp8' });

      expect(await reasonOf(client.join(appId, channel, token, uid))).toMatchObject({
        code: 'INVALID_PARAMS',
      });
      expect(await reasonOf(connect(wrong))).toMatchObject({
        code: 'invalid-credentials',
        message: expect.stringContaining(`credentials.${Object.keys(wrong)[0]}`),
      });
      expect(clients).toEqual([]);
    });

    test.each([
      { channel: 'aZ0 !#$%&()+-:;<=.>?@[]^_{}|~,' },
      { channel: 'x'.repeat(64) },
      { token: 'x'.repeat(2_047) },
      { uid: 0 },
      { uid: 2 ** 32 - 1 },
      { uid: 'x'.repeat(255) },
      { role: 'audience' },
      { role: 'host' },
    ])('credentials that we take, here with %o, the SDK takes as well', async (right) => {
      const { connect, transport } = subject(sdk);

      expect(await reasonOf(connect(right))).toMatchObject({ code: 'connect-timeout' });
      expect(transport.native?.role).toBe(right.role ?? 'host');
    });

    test('what its client refuses becomes an error of ours, with the code of the SDK', async () => {
      const { connect, clients } = subject(sdk);
      const connecting = connect();
      await expect.poll(() => clients[0]?.client.connectionState).toBe('CONNECTING');
      const second = subject(sdk, {
        sdk: async () => ({ ...watched(sdk).module, createClient: () => clients[0]?.client as never }),
      });

      expect(await reasonOf(second.connect())).toMatchObject({
        code: 'network',
        serviceCode: 'INVALID_OPERATION',
        message: expect.stringContaining('already in connecting/connected state'),
      });
      await reasonOf(connecting);
    });

    test('every reason of a disconnect that it knows is in our table', () => {
      const reasons = Object.values(
        (sdk as { readonly ConnectionDisconnectedReason?: object }).ConnectionDisconnectedReason ?? {},
      );

      expect(reasons.length).toBeGreaterThan(13);
      expect(reasons.filter((reason: string) => !(reason in CLOSE_REASONS))).toEqual([]);
    });

    describe('its real local tracks, of fake devices', () => {
      function publishing() {
        const { localTracks, module } = watched(sdk);
        const done = async () => {};
        const client = {
          ...module.createClient({ mode: 'rtc', codec: 'vp8' }),
          publish: done,
          unpublish: done,
        };
        const group = publishTracks({
          clock: systemClock,
          open: () => ({ sdk: module, client }),
          canPublish: () => true,
          token: () => CREDENTIALS.token,
        });
        return { localTracks, end: () => group.end(new AvatarError('not-connected', 'The end.')), group };
      }

      test('end with unpublish and with the end, and the light is on only for who opened it', async () => {
        const { localTracks, end, group } = publishing();
        const [microphone, camera] = [tracks.make('audio'), tracks.make('video')];
        await group.publish('microphone', microphone);
        await group.publish('camera', camera);
        // Sound is a clone; a picture is not, for while a camera has one Chromium changes its size for neither.
        expect([localTracks[0] === microphone, localTracks[1] === camera]).toEqual([false, true]);
        const made: MediaStreamTrack[] = [];
        const clone = camera.clone.bind(camera);
        camera.clone = () => {
          const copy = clone();
          made.push(copy);
          return copy;
        };
        await group.mute('camera', true);
        await group.unpublish('camera');
        expect([camera.readyState, camera.enabled]).toEqual(['live', true]);
        await group.publish('camera', camera);
        end();

        expect([localTracks[0], ...made].map((track) => track?.readyState)).toEqual([
          'ended',
          'ended',
          'ended',
        ]);
        expect([microphone.readyState, camera.readyState, camera.enabled]).toEqual(['live', 'live', true]);
      });

      test('are muted through the SDK, which leaves the original enabled', async () => {
        const { localTracks, end, group } = publishing();
        const microphone = tracks.make('audio');
        await group.publish('microphone', microphone);
        await group.mute('microphone', true);
        expect([localTracks[0]?.enabled, microphone.enabled]).toEqual([false, true]);
        await group.mute('microphone', false);

        expect([localTracks[0]?.enabled, microphone.enabled]).toEqual([true, true]);
        end();
      });

      test('a limit goes to the encoder of the SDK, and leaves the size of our picture alone, which may change while it is sent', async () => {
        const { end, group } = publishing();
        // Not one of the clones that other tests share: Chromium would change the size of none.
        const [camera] = (await navigator.mediaDevices.getUserMedia({ video: true })).getTracks();
        if (camera === undefined) throw new Error('no fake camera');
        onTestFinished(() => camera.stop());
        await group.publish('camera', camera);
        const constrained = vi.spyOn(camera, 'applyConstraints');
        await group.limit?.('camera', 300_000);
        await group.mute('camera', true);
        await group.limit?.('camera', 150_000);
        expect(constrained).not.toHaveBeenCalled();
        await group.mute('camera', false);
        await camera.applyConstraints({ width: 320, height: 180 });

        expect(camera.getSettings()).toMatchObject({ width: 320, height: 180 });
        end();
      });

      test('another camera is put in place, a microphone published anew; both stay muted', async () => {
        const { localTracks, end, group } = publishing();
        const originals = [
          tracks.make('video'),
          tracks.make('video'),
          tracks.make('audio'),
          tracks.make('audio'),
        ];
        const [camera, otherCamera, microphone, otherMicrophone] = originals;
        if (!camera || !otherCamera || !microphone || !otherMicrophone) throw new Error('no tracks');
        await group.publish('camera', camera);
        await group.publish('microphone', microphone);
        await group.mute('camera', true);
        await group.mute('microphone', true);
        await group.replace('camera', otherCamera);
        await group.replace('microphone', otherMicrophone);

        const [, sound, otherSound] = localTracks;
        expect([camera.enabled, otherCamera.enabled]).toEqual([true, false]);
        expect([sound?.readyState, otherSound?.readyState, otherSound?.enabled]).toEqual([
          'ended',
          'live',
          false,
        ]);
        end();
        expect(otherSound?.readyState).toBe('ended');
        expect(originals.map(({ readyState, enabled }) => [readyState, enabled])).toEqual(
          Array(4).fill(['live', true]),
        );
      });
    });
  },
);

describe('over the real agora-rtc-sdk-ng 4.24.8 in Chromium, without its cloud', () => {
  test('without an option the package itself is loaded, on connect', async () => {
    const transport = agora({ connectTimeoutMs: CONNECT_MS, logLevel: 'none' });
    const connecting = transport.connect(CREDENTIALS, {
      signal: new AbortController().signal,
      logger: silentLogger,
    });

    expect(await reasonOf(connecting)).toMatchObject({ code: 'connect-timeout' });
    expect(transport.native?.connectionState).toBe('DISCONNECTED');
  });

  test('the build of names, agora-rtc-sdk-ng/esm, is taken as it is', async () => {
    const sdk = () => import('agora-rtc-sdk-ng/esm');
    expect('default' in (await sdk())).toBe(false);
    const transport = agora({ sdk, connectTimeoutMs: CONNECT_MS, logLevel: 'none', eventReports: false });
    const connecting = transport.connect(CREDENTIALS, {
      signal: new AbortController().signal,
      logger: silentLogger,
    });

    expect(await reasonOf(connecting)).toMatchObject({ code: 'connect-timeout' });
    expect(transport.native?.connectionState).toBe('DISCONNECTED');
  });
});
