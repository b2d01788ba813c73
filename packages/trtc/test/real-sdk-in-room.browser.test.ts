import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { devices, intervalsOfThisTest, leavesNothing, standAlone, versions } from './real/real-sdk';
import { connect, watch } from './real/watched-sdk';

standAlone();

describe.each(versions)(
  'our adapter over the real trtc-sdk-v5 $version in Chromium, told that it is in a room',
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

    test('a limit leaves our picture as it is, its size and rate, also where those are not the SDK’s own', async () => {
      const { transport, client } = await joined();
      const picture = await devices().video();
      await picture.applyConstraints({ width: 320, height: 240, frameRate: 10 });
      const constrained = vi.spyOn(picture, 'applyConstraints');
      onTestFinished(() => void vi.restoreAllMocks());
      const { publishing } = transport;
      await publishing.publish('camera', picture);
      await publishing.limit?.('camera', 300_000);
      await publishing.limit?.('camera', 150_000);
      expect([constrained.mock.calls, picture.getSettings().width]).toEqual([[], 320]);

      const { width, height, frameRate } = picture.getSettings();
      const profile = {
        width: width ?? 0,
        height: height ?? 0,
        frameRate: (frameRate ?? 0) / 2,
        bitrate: 100,
      };
      await client.updateLocalVideo({ option: { profile } });
      // What the quirk is about.
      expect(constrained).toHaveBeenCalledOnce();
    });

    test('playing, made up and emitted by its own emitter, is the resumption of what it was refused before', async () => {
      const { transport, client } = await joined();
      const said: string[] = [];
      transport.on('playback-blocked', ({ kind, resumed }) => {
        said.push(`blocked ${kind}`);
        void resumed?.then(() => said.push(`resumed ${kind}`));
      });
      const resume = async () => {};
      client.emit('autoplay-failed', { userId: 'avatar', mediaType: 'audio', resume });
      client.emit('audio-play-state-changed', { userId: 'avatar', state: 'PAUSED', reason: 'mute' });
      await Promise.resolve();
      expect(said).toEqual(['blocked audio']);
      client.emit('audio-play-state-changed', { userId: 'avatar', state: 'PLAYING', reason: 'playing' });
      await Promise.resolve();

      expect(said).toEqual(['blocked audio', 'resumed audio']);
    });

    test('a speaker is looked for before it is asked, which says nothing where there is none', async () => {
      const { transport, watched } = await joined();
      const { audio } = devices();
      // Ids are told only to who may use a device.
      await audio();
      const speakers = (await navigator.mediaDevices.enumerateDevices()).filter(
        ({ kind }) => kind === 'audiooutput',
      );
      const asked = vi.spyOn(await watched.sdk(), 'setCurrentSpeaker');
      await expect(transport.setOutput('no such speaker')).rejects.toMatchObject({
        code: 'device-unavailable',
        provider: 'trtc',
      });
      expect(asked).not.toHaveBeenCalled();
      await transport.setOutput(speakers.at(-1)?.deviceId ?? '');
      await transport.setOutput('');
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
  },
);

/** The SDK's private flag: checks behind it run, nothing is sent, no room exists. */
function forceJoined(client: object, isJoined = true): void {
  const { room } = client as { readonly room: object };
  Object.defineProperty(room, 'isJoined', { configurable: true, get: () => isJoined });
}
