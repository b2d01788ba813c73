import { PlaceholderTrack } from '@avatarwire/simulator';
import { expect, test } from 'vitest';
import { AVATAR, ROOM, rtcError } from './double/double-room';
import { joined } from './double/joined';

test('exit during reconnect and enter after', async () => {
  const { room, clock, told } = await joined();
  const { client } = room;
  room.join(AVATAR);
  await clock.advance(1_000);
  told.length = 0;
  room.cloud.network.cut(ROOM);
  await clock.advance(100);
  client.emit('remote-user-exit', { userId: AVATAR, reason: 1 });
  await clock.advance(100);
  room.cloud.network.resume(ROOM);
  await clock.advance(100);
  client.emit('remote-user-enter', { userId: AVATAR });
  await clock.advance(10_000);
  expect(told.filter((what) => what.startsWith('participant'))).toEqual([]);
});

test('fast return with tracks', async () => {
  const { room, clock, told } = await joined();
  const { client } = room;
  room.show('video', new PlaceholderTrack('video'));
  await clock.advance(1_000);
  told.length = 0;
  client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
  client.emit('remote-user-enter', { userId: AVATAR });
  expect(told).toEqual(['track-removed:avatar camera', 'participant-left:avatar', 'participant-joined:avatar']);
});

test('a picture refused once is asked for again after reconnect', async () => {
  const { room, clock, told } = await joined();
  const { client } = room;
  const start = client.startRemoteVideo.bind(client);
  client.startRemoteVideo = () => {
    client.startRemoteVideo = start;
    return Promise.reject(rtcError(5500));
  };
  room.show('video', new PlaceholderTrack('video'));
  await clock.advance(1_000);
  room.cloud.network.cut(ROOM);
  await clock.advance(1_000);
  room.cloud.network.resume(ROOM);
  await clock.advance(2_000);
  expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-added:avatar camera']);
});

test('start that fails after end', async () => {
  const { room, clock, transport } = await joined();
  const { client } = room;
  const start = client.startLocalAudio.bind(client);
  let fail = () => {};
  client.startLocalAudio = async (config) => {
    await new Promise<void>((resolve) => { fail = resolve; });
    await start(config);
    throw rtcError(5998);
  };
  const track = new PlaceholderTrack('audio');
  track.enabled = false;
  const publishing = transport.publishing.publish('microphone', track);
  publishing.catch(() => {});
  await clock.advance(10);
  client.stopLocalAudio = async () => {};
  await clock.run(transport.close());
  await expect(publishing).rejects.toMatchObject({ code: 'not-connected' });
  expect(track.enabled).toBe(false);
  fail();
  await clock.advance(1_000);
  expect(track.enabled).toBe(false);
});

test('replace that fails after end', async () => {
  const { room, clock, transport } = await joined();
  const { client } = room;
  await clock.run(transport.publishing.publish('microphone', new PlaceholderTrack('audio')));
  let fail = () => {};
  client.updateLocalAudio = async (config) => {
    await new Promise<void>((resolve) => { fail = resolve; });
    if (config.option?.audioTrack) config.option.audioTrack.enabled = true;
    throw rtcError(5998);
  };
  const track = new PlaceholderTrack('audio');
  track.enabled = false;
  const replacing = transport.publishing.replace('microphone', track);
  replacing.catch(() => {});
  await clock.advance(10);
  await clock.run(transport.close());
  fail();
  await clock.advance(1_000);
  expect(track.enabled).toBe(false);
});

test('a mute that fails leaves enabled as it said', async () => {
  const { room, clock, transport } = await joined();
  const { client } = room;
  const track = new PlaceholderTrack('audio');
  await clock.run(transport.publishing.publish('microphone', track));
  const update = client.updateLocalAudio.bind(client);
  client.updateLocalAudio = async (config) => {
    await update(config);
    throw rtcError(5500);
  };
  await expect(clock.run(transport.publishing.mute('microphone', true))).rejects.toMatchObject({ code: 'network' });
  expect(track.enabled).toBe(true);
});

test('a mute under way at the end leaves enabled as found', async () => {
  const { room, clock, transport } = await joined();
  const { client } = room;
  const track = new PlaceholderTrack('audio');
  await clock.run(transport.publishing.publish('microphone', track));
  let fail = () => {};
  client.updateLocalAudio = async (config) => {
    await new Promise<void>((resolve) => { fail = resolve; });
    track.enabled = !config.mute;
    throw rtcError(5998);
  };
  transport.publishing.mute('microphone', true).catch(() => {});
  await clock.advance(10);
  await clock.run(transport.close());
  fail();
  await clock.advance(1_000);
  expect(track.enabled).toBe(true);
});
