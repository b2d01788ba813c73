import { describe, expect, test } from 'vitest';
import { PlaceholderTrack } from '../../src/index';
import { rejection, stage } from './stage';

const video = () => new PlaceholderTrack('video');
const audio = () => new PlaceholderTrack('audio');

/** Ann shows, Bob watches. */
async function couple(options: Parameters<typeof stage>[0] = {}) {
  const world = await stage(options);
  const [ann, bob] = [await world.entered('ann'), await world.entered('bob')];
  await world.clock.advance(100);
  const received = () => bob.of('track').map(({ track }) => track);
  const watch = () => world.clock.run(bob.client.startRemoteVideo({ userId: 'ann', streamType: 'main' }));
  return { ...world, ann, bob, received, watch, pass: () => world.clock.advance(500) };
}

describe('tracks of the TRTC double (double only)', () => {
  test('a microphone is received at once, a camera when it is asked for, a screen as sub', async () => {
    const { ann, bob, pass, clock } = await couple();
    await clock.run(ann.client.startLocalAudio({ option: { audioTrack: audio() } }));
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await clock.run(ann.client.startScreenShare({ option: { videoTrack: video() } }));
    await pass();
    expect(bob.of('remote-audio-available')).toEqual([{ userId: 'ann' }]);
    expect(bob.of('remote-video-available')).toEqual([
      { userId: 'ann', streamType: 'main' },
      { userId: 'ann', streamType: 'sub' },
    ]);
    expect(bob.of('track')).toMatchObject([{ userId: 'ann', streamType: 'main', track: { kind: 'audio' } }]);
    await clock.run(bob.client.startRemoteVideo({ userId: 'ann', streamType: 'sub' }));
    expect(bob.of('track').at(-1)).toMatchObject({
      userId: 'ann',
      streamType: 'sub',
      track: { kind: 'video' },
    });
    expect(bob.client.getVideoTrack({ userId: 'ann', streamType: 'sub' })).toBe(
      bob.of('track').at(-1)?.track,
    );
  });

  test('what was started before entering goes out on entering, and again on entering again', async () => {
    const { clock, cloud, user } = await stage();
    const ann = user('ann');
    const camera = video();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: camera } }));
    for (let round = 0; round < 2; round++) {
      await clock.run(ann.enter());
      await clock.advance(500);
      expect(cloud.network.tracks('room')).toMatchObject([{ track: camera, from: 'ann', source: 'camera' }]);
      await clock.run(ann.client.exitRoom());
      expect(cloud.network.tracks('room')).toEqual([]);
      expect(ann.client.getVideoTrack()).toBe(camera);
    }
    expect(ann.of('publish-state-changed').map(({ state }) => state)).toEqual([
      'starting',
      'started',
      'stopped',
      'starting',
      'started',
      'stopped',
    ]);
  });

  test('publish: false keeps a track from the others', async () => {
    const { ann, bob, pass, clock } = await couple();
    await clock.run(ann.client.startLocalVideo({ publish: false, option: { videoTrack: video() } }));
    await pass();
    expect(bob.of('remote-video-available')).toEqual([]);
    await clock.run(ann.client.updateLocalVideo({ publish: true }));
    await pass();
    expect(bob.of('remote-video-available')).toHaveLength(1);
    await clock.run(ann.client.updateLocalVideo({ publish: false }));
    await pass();
    expect(bob.of('remote-video-unavailable')).toHaveLength(1);
  });

  test('a copy ends when it is unpublished, and the original goes on', async () => {
    const { ann, bob, pass, clock, watch, received } = await couple();
    const camera = video();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: camera } }));
    await pass();
    await watch();
    expect(received()[0]).not.toBe(camera);
    await clock.run(ann.client.stopLocalVideo());
    await pass();
    expect(bob.of('remote-video-unavailable')).toEqual([{ userId: 'ann', streamType: 'main' }]);
    expect(received().map(({ readyState }) => readyState)).toEqual(['ended']);
    expect(camera.readyState).toBe('live');
    expect(bob.client.getVideoTrack({ userId: 'ann', streamType: 'main' })).toBeNull();
  });

  test('mute is unavailable; afterwards the same copy is shown again, without a new track', async () => {
    const { ann, bob, pass, clock, watch, received } = await couple();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    await watch();
    await clock.run(ann.client.updateLocalVideo({ mute: true }));
    await pass();
    expect(bob.of('remote-video-unavailable')).toHaveLength(1);
    expect(received().map(({ enabled }) => enabled)).toEqual([false]);
    expect(await rejection(bob.client.startRemoteVideo({ userId: 'ann', streamType: 'main' }))).toMatchObject(
      { extraCode: 5103 },
    );
    await clock.run(ann.client.updateLocalVideo({ mute: false }));
    await pass();
    await watch();
    expect(bob.of('remote-video-available')).toHaveLength(2);
    expect(received()).toHaveLength(1);
    expect(bob.client.getVideoTrack({ userId: 'ann', streamType: 'main' })).toBe(received()[0]);
    expect(received()[0]).toMatchObject({ enabled: true, readyState: 'live' });
  });

  test('a track in place of another is a new copy, and never unavailable', async () => {
    const { ann, bob, pass, clock, watch, received, cloud } = await couple();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    await watch();
    const next = video();
    await clock.run(ann.client.updateLocalVideo({ option: { videoTrack: next } }));
    await pass();
    expect(cloud.network.tracks('room').map(({ track }) => track)).toEqual([next]);
    expect(bob.of('remote-video-unavailable')).toEqual([]);
    expect(received().map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  test('a track in place of a muted one is never seen before it is unmuted', async () => {
    const { ann, bob, pass, clock, watch, received } = await couple();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    await watch();
    await clock.run(ann.client.updateLocalVideo({ mute: true }));
    await pass();
    const seen: boolean[] = [];
    bob.client.on('track', ({ track }) => seen.push(track.enabled));
    await clock.run(ann.client.updateLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    expect(seen).toEqual([false]);
    await clock.run(ann.client.updateLocalVideo({ mute: false }));
    await pass();
    expect(bob.of('remote-video-available')).toHaveLength(2);
    expect(received().at(-1)).toMatchObject({ enabled: true, readyState: 'live' });
  });

  test('a picture that goes while it is asked for rejects with 5998', async () => {
    const { ann, bob, pass, clock } = await couple();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    const stopping = ann.client.stopLocalVideo();
    await clock.advance(39);
    const asked = rejection(bob.client.startRemoteVideo({ userId: 'ann', streamType: 'main' }));
    await clock.run(stopping);
    expect(await clock.run(asked)).toMatchObject({ code: 5998 });
  });

  test('asking twice is 5998, and again after a stop is well', async () => {
    const { ann, bob, pass, clock, watch, received } = await couple();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    await watch();
    const again = rejection(bob.client.startRemoteVideo({ userId: 'ann', streamType: 'main' }));
    expect(await again).toMatchObject({ code: 5998 });
    await clock.run(bob.client.stopRemoteVideo({ userId: '*' }));
    await watch();
    expect(received().map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  test('autoReceiveVideo asks for every picture, autoReceiveAudio: false for no sound', async () => {
    const { clock, cloud, entered } = await stage();
    const avatar = cloud.network.join('room', 'avatar');
    avatar.publish(video());
    avatar.publish(audio());
    const ann = await entered('ann', { autoReceiveVideo: true, autoReceiveAudio: false });
    await clock.advance(500);
    expect(ann.of('remote-audio-available')).toHaveLength(1);
    expect(ann.of('track').map(({ track }) => track.kind)).toEqual(['video']);
    expect(ann.client.sounding).toEqual([]);
  });

  test('muteRemoteAudio ends what is received; unmuting receives a new copy', async () => {
    const { ann, bob, pass, clock, received } = await couple();
    await clock.run(ann.client.startLocalAudio({ option: { audioTrack: audio() } }));
    await pass();
    expect(bob.client.sounding).toMatchObject([{ userId: 'ann', volume: 100 }]);
    await clock.run(bob.client.muteRemoteAudio('*', true));
    expect(bob.client.sounding).toEqual([]);
    expect(bob.client.getAudioTrack('ann')).toBeNull();
    await clock.run(bob.client.muteRemoteAudio('ann', false));
    expect(received().map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
    expect(bob.client.getAudioTrack('ann')).toBe(received()[1]);
  });

  test('whom we muted before joining is not received, until the next room', async () => {
    const { clock, cloud, user } = await stage();
    cloud.network.join('room', 'avatar').publish(audio());
    const ann = user('ann');
    await clock.run(ann.client.muteRemoteAudio('avatar', true));
    await clock.run(ann.enter());
    await clock.advance(500);
    expect(ann.client.sounding).toEqual([]);
    await clock.run(ann.client.exitRoom());
    await clock.run(ann.enter());
    await clock.advance(500);
    expect(ann.client.sounding).toMatchObject([{ userId: 'avatar' }]);
  });

  test('setRemoteAudioVolume holds for who sounds and who comes', async () => {
    const { ann, bob, pass, clock } = await couple();
    bob.client.setRemoteAudioVolume('*', 40);
    await clock.run(ann.client.startLocalAudio({ option: { audioTrack: audio() } }));
    await pass();
    expect(bob.client.sounding).toMatchObject([{ userId: 'ann', volume: 40 }]);
    bob.client.setRemoteAudioVolume('ann', 0);
    expect(bob.client.sounding).toMatchObject([{ userId: 'ann', volume: 0 }]);
  });

  test('a microphone that is muted by its owner goes on being received, in silence', async () => {
    const { ann, bob, pass, clock, received } = await couple();
    await clock.run(ann.client.startLocalAudio({ option: { audioTrack: audio() } }));
    await pass();
    await clock.run(ann.client.updateLocalAudio({ mute: true }));
    await pass();
    expect(bob.of('remote-audio-unavailable')).toEqual([{ userId: 'ann' }]);
    expect(received()).toMatchObject([{ readyState: 'live', enabled: false }]);
    await clock.run(ann.client.updateLocalAudio({ mute: false }));
    await pass();
    expect(bob.of('remote-audio-available')).toHaveLength(2);
    expect(received()).toMatchObject([{ readyState: 'live', enabled: true }]);
  });

  test('refused autoplay is autoplay-failed, and resume() plays', async () => {
    const { ann, bob, pass, clock, cloud } = await couple();
    cloud.faults.autoplay = 'refused';
    await clock.run(ann.client.startLocalAudio({ option: { audioTrack: audio() } }));
    await pass();
    const [failed] = bob.of('autoplay-failed');
    expect(failed).toMatchObject({ userId: 'ann', mediaType: 'audio' });
    expect(bob.client.sounding).toEqual([]);
    await failed?.resume();
    expect(bob.client.sounding).toMatchObject([{ userId: 'ann' }]);
    expect(bob.of('audio-play-state-changed').at(-1)).toMatchObject({ userId: 'ann', state: 'PLAYING' });
  });

  test('who leaves is unavailable first, then gone; leaving ends what we received', async () => {
    const { ann, bob, pass, clock, watch, received } = await couple();
    await clock.run(ann.client.startLocalVideo({ option: { videoTrack: video() } }));
    await pass();
    await watch();
    bob.forget();
    await clock.run(ann.client.exitRoom());
    await pass();
    expect(bob.names()).toEqual(['remote-video-unavailable', 'remote-user-exit']);
    await clock.run(ann.enter());
    await pass();
    await watch();
    const [again] = received();
    await clock.run(bob.client.exitRoom());
    expect(again?.readyState).toBe('ended');
  });

  test('the double opens no device: without a track it is ENV_NOT_SUPPORTED', async () => {
    const { ann } = await couple();
    expect(await rejection(ann.client.startLocalAudio())).toMatchObject({ code: 5200 });
    expect(await rejection(ann.client.startLocalVideo())).toMatchObject({ code: 5200 });
    expect(await rejection(ann.client.startScreenShare())).toMatchObject({ code: 5200 });
  });
});
