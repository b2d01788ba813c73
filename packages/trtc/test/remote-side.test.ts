import type { TransportEvents } from '@avatarwire/core';
import { PlaceholderTrack } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { AVATAR, ROOM, rtcError } from './double/double-room';
import { joined, subject } from './double/joined';

describe('who is there and what they show, over a double of trtc-sdk-v5 5.17.1', () => {
  test('packets of every cmdId come, each in an array of its own', async () => {
    const { room, transport, told } = await joined();
    const packets: Uint8Array[] = [];
    transport.on('packet', ({ data }) => packets.push(data));
    const data = Uint8Array.of(1, 2).buffer;
    for (const cmdId of [1, 2, 10])
      room.client.emit('custom-message', { userId: AVATAR, cmdId, seq: 7, data });
    new Uint8Array(data).fill(9);

    expect(packets).toEqual([1, 2, 10].map(() => Uint8Array.of(1, 2)));
    expect(told[0]).toBe('participant-joined:avatar');
  });

  test('who plays remote audio: the SDK; pictures come without a view, for core to attach', async () => {
    const { room, clock, transport, told } = await joined();
    room.show('audio', new PlaceholderTrack('audio'));
    room.show('video', new PlaceholderTrack('video'));
    const screen = new PlaceholderTrack('video');
    room.join(AVATAR).publish(screen, 'screen');
    await clock.advance(2_000);

    expect(transport.capabilities.playsAudio).toBe(true);
    expect(told.filter((what) => what.startsWith('track')).sort()).toEqual([
      'track-added:avatar camera',
      'track-added:avatar microphone played',
      'track-added:avatar screen',
    ]);
    expect(room.client.sounding.map(({ userId }) => userId)).toEqual([AVATAR]);
    expect(room.called.names.filter((name) => name === 'startRemoteVideo')).toHaveLength(2);
  });

  test('a picture that is announced before we are in the room is asked for once we are', async () => {
    const { room, clock, told, logged, connect } = subject({}, { announces: 'before' });
    room.show('video', new PlaceholderTrack('video'));
    await clock.run(connect());
    await clock.advance(1_000);
    expect(logged).toEqual([]);
    expect(room.called.names).toEqual(['enterRoom', 'startRemoteVideo']);

    expect(told).toEqual(['participant-joined:avatar', 'track-added:avatar camera']);
  });

  test('a picture that has gone before it could be asked for is a line in the log', async () => {
    const { room, logged, told } = await joined();
    room.client.emit('remote-video-available', { userId: 'nobody', streamType: 'main' });
    await vi.waitFor(() => expect(logged).toEqual(['trtc: a picture could not be asked for']));

    expect(told).toEqual(['participant-joined:nobody']);
  });

  test('sound that is muted and comes back, for which the SDK has no second track event, stays the same track', async () => {
    const { room, clock, told } = await joined();
    const sound = new PlaceholderTrack('audio');
    room.show('audio', sound);
    await clock.advance(1_000);
    told.length = 0;
    room.join(AVATAR).mute(sound, true);
    await clock.advance(5_000);
    expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-removed:avatar microphone']);
    room.join(AVATAR).mute(sound, false);
    await clock.advance(1_000);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([
      'track-removed:avatar microphone',
      'track-added:avatar microphone played',
    ]);
  });

  test('a mute of a moment changes nothing', async () => {
    const { room, clock, told } = await joined();
    const sound = new PlaceholderTrack('audio');
    room.show('audio', sound);
    await clock.advance(1_000);
    told.length = 0;
    room.join(AVATAR).mute(sound, true);
    await clock.advance(1_000);
    room.join(AVATAR).mute(sound, false);
    await clock.advance(10_000);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([]);
  });

  test('a track of both names is one: what came in, and what the SDK made of it', async () => {
    const { room, told } = await joined();
    const [raw, processed] = [new PlaceholderTrack('video'), new PlaceholderTrack('video')];
    const event = { userId: AVATAR, streamType: 'main' as const };
    room.client.emit('track', { ...event, track: raw, sourceTrack: raw });
    room.client.emit('track', { ...event, track: processed, sourceTrack: raw });

    expect(told).toEqual(['participant-joined:avatar', 'track-added:avatar camera']);
  });

  test('leaving counts after three seconds in which our link was up', async () => {
    const { room, clock, told } = await joined();
    room.join(AVATAR);
    await clock.advance(1_000);
    told.length = 0;
    const heard = () => told.filter((what) => !what.startsWith('quality'));
    room.client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
    await clock.advance(2_000);
    room.cloud.network.cut(ROOM);
    await clock.advance(20_000);
    room.cloud.network.resume(ROOM);
    await clock.advance(2_900);
    expect(heard()).toEqual(['reconnecting:', 'reconnected:lossy']);
    await clock.advance(200);

    expect(heard().at(-1)).toBe('participant-left:avatar');
  });

  test('gone and back with our link up is another stay; around a reconnect of ours it is none', async () => {
    const { room, clock, told } = await joined();
    const { client } = room;
    room.join(AVATAR);
    await clock.advance(1_000);
    told.length = 0;
    const heard = () => told.filter((what) => what.startsWith('participant'));
    client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
    client.emit('remote-user-enter', { userId: AVATAR });
    expect(heard()).toEqual(['participant-left:avatar', 'participant-joined:avatar']);

    told.length = 0;
    client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
    room.cloud.network.cut(ROOM);
    await clock.advance(100);
    room.cloud.network.resume(ROOM);
    client.emit('remote-user-enter', { userId: AVATAR });
    await clock.advance(10_000);
    expect(heard()).toEqual([]);
  });

  test('gone during a reconnect of ours and back after it is no other stay', async () => {
    const { room, clock, told } = await joined();
    const { client } = room;
    room.join(AVATAR);
    await clock.advance(1_000);
    told.length = 0;
    room.cloud.network.cut(ROOM);
    await clock.advance(100);
    client.emit('remote-user-exit', { userId: AVATAR, reason: 1 });
    room.cloud.network.resume(ROOM);
    await clock.advance(100);
    client.emit('remote-user-enter', { userId: AVATAR });
    await clock.advance(10_000);

    expect(told.filter((what) => what.startsWith('participant'))).toEqual([]);
  });

  test('whoever is gone and back takes the tracks of the first stay along, before it counts as left', async () => {
    const { room, clock, told } = await joined();
    room.show('video', new PlaceholderTrack('video'));
    await clock.advance(1_000);
    told.length = 0;
    room.client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
    room.client.emit('remote-user-enter', { userId: AVATAR });

    expect(told).toEqual([
      'track-removed:avatar camera',
      'participant-left:avatar',
      'participant-joined:avatar',
    ]);
  });

  test('a picture whose request failed is asked for again after a reconnect, one that came is not', async () => {
    const { room, clock, told, logged } = await joined();
    const { client } = room;
    room.join(AVATAR).publish(new PlaceholderTrack('video'), 'screen');
    await clock.advance(1_000);
    const start = client.startRemoteVideo.bind(client);
    client.startRemoteVideo = () => {
      client.startRemoteVideo = start;
      return Promise.reject(rtcError(5500));
    };
    room.show('video', new PlaceholderTrack('video'));
    await clock.advance(1_000);
    expect(logged).toEqual(['trtc: a picture could not be asked for']);
    room.cloud.network.cut(ROOM);
    await clock.advance(1_000);
    room.cloud.network.resume(ROOM);
    await clock.advance(1_000);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([
      'track-added:avatar screen',
      'track-added:avatar camera',
    ]);
    expect(logged).toHaveLength(1);
  });

  test('autoplay refusal is told as often as it comes, and resume resumes', async () => {
    const { room, clock, transport, told } = await joined();
    const resumes: (() => Promise<void>)[] = [];
    transport.on('playback-blocked', ({ resume }) => resumes.push(resume));
    room.cloud.faults.autoplay = 'refused';
    room.show('audio', new PlaceholderTrack('audio'));
    await clock.advance(1_000);
    const again = vi.fn(async () => {});
    room.client.emit('autoplay-failed', { userId: AVATAR, mediaType: 'screen', resume: again });
    expect(told.filter((what) => what.startsWith('playback'))).toEqual([
      'playback-blocked:audio',
      'playback-blocked:video',
    ]);
    expect(room.client.sounding).toEqual([]);
    delete room.cloud.faults.autoplay;
    for (const resume of resumes) await resume();

    expect(again).toHaveBeenCalledOnce();
    expect(room.client.sounding.map(({ userId }) => userId)).toEqual([AVATAR]);
  });

  test('sound that the SDK resumed by itself, at any click, is resumed, and not before it plays', async () => {
    const { room, clock, transport } = await joined();
    const refusals: TransportEvents['playback-blocked'][] = [];
    const resumed: number[] = [];
    transport.on('playback-blocked', (refusal) => {
      const index = refusals.push(refusal) - 1;
      void refusal.resumed?.then(() => resumed.push(index));
    });
    room.cloud.faults.autoplay = 'refused';
    room.show('audio', new PlaceholderTrack('audio'));
    await clock.advance(1_000);
    room.client.emit('audio-play-state-changed', {
      type: 'audio',
      userId: 'somebody else',
      state: 'PLAYING',
      reason: 'playing',
    });
    // The SDK may say it again; it is one refusal all the same.
    room.client.emit('autoplay-failed', { userId: AVATAR, mediaType: 'audio', resume: async () => {} });
    await clock.advance(0);
    expect([refusals.length, resumed]).toEqual([2, []]);
    room.client.emit('audio-play-state-changed', {
      type: 'audio',
      userId: AVATAR,
      state: 'PLAYING',
      reason: 'playing',
    });
    await clock.advance(0);

    expect(resumed).toEqual([0, 1]);
  });

  test('quality while entering is none, as is a round trip of 0', async () => {
    const { room, clock, told, connect } = subject();
    room.cloud.faults.join = 'signalling-mute';
    const connecting = connect();
    await clock.advance(8_000);
    expect(told).toEqual([]);
    await expect(clock.run(connecting)).rejects.toMatchObject({ code: 'connect-timeout' });

    const later = await joined();
    await later.clock.advance(2_000);
    expect(later.told).toEqual([expect.stringMatching(/^quality:excellent excellent/)]);
    expect(await later.transport.statistics()).toEqual(
      expect.not.objectContaining({ packetsLost: expect.anything() }),
    );
  });
});
