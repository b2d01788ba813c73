import { describe, expect, it } from 'vitest';
import type { RemoteUserDouble } from '../../src/agora/index';
import { PlaceholderTrack } from '../../src/placeholder-track';
import { stage, tell } from './stage';
import { outcome } from './subject';

const audio = () => new PlaceholderTrack('audio');
const video = () => new PlaceholderTrack('video');

async function call() {
  const set = await stage();
  const { clock, sdk, joined } = set;
  const [sender, receiver] = [await joined(1), await joined(2)];
  const told = tell(receiver);
  const voice = sdk.createCustomAudioTrack({ mediaStreamTrack: audio() });
  const picture = sdk.createCustomVideoTrack({ mediaStreamTrack: video() });
  const user = (): RemoteUserDouble => {
    const [first] = receiver.remoteUsers;
    return first as RemoteUserDouble;
  };
  const settle = () => clock.advance(100);
  return { ...set, sender, receiver, told, voice, picture, user, settle };
}

describe('media, double only', () => {
  it('is published, subscribed and unpublished: a track of the user’s own that ends with it', async () => {
    const { clock, sender, receiver, told, voice, user, settle } = await call();
    await clock.run(sender.publish(voice));
    await settle();
    expect(told).toEqual(['user-published 1 audio']);
    expect([user().hasAudio, user().audioTrack]).toEqual([true, undefined]);
    const subscribing = receiver.subscribe(user(), 'audio');
    expect(user().audioTrack).toBeUndefined();
    const track = await clock.run(subscribing);
    expect(user().audioTrack).toBe(track);
    expect(track.getMediaStreamTrack()).not.toBe(voice.getMediaStreamTrack());
    expect([track.getUserId(), track.trackMediaType]).toEqual([1, 'audio']);
    expect(await clock.run(receiver.subscribe(1, 'audio'))).toBe(track);
    await clock.run(sender.unpublish(voice));
    await settle();
    expect(told).toEqual(['user-published 1 audio', 'user-unpublished 1 audio']);
    expect([user().audioTrack, track.getMediaStreamTrack().readyState]).toEqual([undefined, 'ended']);
    expect(voice.getMediaStreamTrack().readyState).toBe('live');
  });

  it('that is muted is unpublished for the others, and has to be subscribed again', async () => {
    const { clock, sender, receiver, told, voice, user, settle } = await call();
    await clock.run(sender.publish([voice]));
    await settle();
    const first = await clock.run(receiver.subscribe(user(), 'audio'));
    await voice.setMuted(true);
    await settle();
    expect(await clock.run(outcome(receiver.subscribe(user(), 'audio')))).toBe('INVALID_REMOTE_USER');
    await voice.setMuted(false);
    await settle();
    const second = await clock.run(receiver.subscribe(user(), 'audio'));
    expect(second).not.toBe(first);
    await voice.setEnabled(false);
    await settle();
    expect(told.map((event) => event.split(' ').slice(0, 1).join())).toEqual([
      'user-published',
      'user-info-updated',
      'user-unpublished',
      'user-info-updated',
      'user-published',
      'user-info-updated',
      'user-unpublished',
    ]);
  });

  it('that was muted before it was published shows nothing until it is not', async () => {
    const { clock, sender, told, voice, settle } = await call();
    await voice.setMuted(true);
    await clock.run(sender.publish(voice));
    await settle();
    expect(told.filter((event) => event.startsWith('user-published'))).toHaveLength(1);
    expect(told.at(-1)).toBe('user-unpublished 1 audio');
    await voice.setMuted(false);
    await settle();
    expect(told.at(-1)).toBe('user-published 1 audio');
  });

  it('that goes while it is being subscribed rejects', async () => {
    const { clock, sender, receiver, voice, picture, user, settle } = await call();
    await clock.run(sender.publish([voice, picture]));
    await settle();
    void sender.unpublish(voice);
    await clock.advance(10);
    const subscribing = outcome(receiver.subscribe(user(), 'audio'));
    expect(await clock.run(subscribing)).toBe('REMOTE_USER_IS_NOT_PUBLISHED');
    void sender.leave();
    const leaving = outcome(receiver.subscribe(user(), 'video'));
    expect(await clock.run(leaving)).toBe('INVALID_REMOTE_USER');
  });

  it('has one picture for each user: a second is CAN_NOT_PUBLISH_MULTIPLE_VIDEO_TRACKS, also in one call', async () => {
    const { clock, sdk, sender, picture } = await call();
    const second = sdk.createCustomVideoTrack({ mediaStreamTrack: video() });
    const code = 'CAN_NOT_PUBLISH_MULTIPLE_VIDEO_TRACKS';
    expect(await clock.run(outcome(sender.publish([picture, second])))).toBe(code);
    expect(sender.localTracks).toEqual([]);
    await clock.run(sender.publish(picture));
    expect(await clock.run(outcome(sender.publish(second)))).toBe(code);
    expect(await clock.run(outcome(sender.publish(picture)))).toBe('resolved');
    expect(sender.localTracks).toEqual([picture]);
    await clock.run(sender.unpublish());
    expect(await clock.run(outcome(sender.publish(second)))).toBe('resolved');
  });

  it('is replaced in place', async () => {
    const { clock, cloud, sender, picture, settle } = await call();
    await clock.run(sender.publish(picture));
    await settle();
    const [old, fresh] = [picture.getMediaStreamTrack(), video()];
    await picture.replaceTrack(fresh, false);
    await settle();
    expect(cloud.network.tracks('room').map(({ track }) => track)).toEqual([fresh]);
    expect([old.readyState, sender.localTracks]).toEqual(['live', [picture]]);
  });

  it('keeps running when its owner leaves, who can publish it again', async () => {
    const { clock, cloud, sender, voice, join, settle } = await call();
    await clock.run(sender.publish(voice));
    await clock.run(sender.leave());
    await settle();
    expect([sender.localTracks, cloud.network.tracks('room')]).toEqual([[], []]);
    expect(voice.getMediaStreamTrack().readyState).toBe('live');
    await voice.setMuted(true);
    await clock.run(join(sender, 1));
    expect(await clock.run(outcome(sender.publish(voice)))).toBe('resolved');
  });

  it('fails to be published, and to be subscribed, as it is told', async () => {
    const { clock, cloud, sender, receiver, voice, user, settle } = await call();
    cloud.faults.publish = () => Promise.reject(new Error('no'));
    expect(await clock.run(outcome(sender.publish(voice)))).toBe('Error');
    expect(sender.localTracks).toEqual([]);
    delete cloud.faults.publish;
    await clock.run(sender.publish(voice));
    await settle();
    cloud.faults.subscribe = () => Promise.reject(new Error('no'));
    expect(await clock.run(outcome(receiver.subscribe(user(), 'audio')))).toBe('Error');
    expect(user().audioTrack).toBeUndefined();
  });

  it('shows another track of the same subscription after a reconnect with losses', async () => {
    const { clock, cloud, sender, receiver, told, voice, user, settle } = await call();
    await clock.run(sender.publish(voice));
    await settle();
    const track = await clock.run(receiver.subscribe(user(), 'audio'));
    const before = track.getMediaStreamTrack();
    cloud.network.cut('room', '2');
    cloud.network.reconnectLossily('room', '2');
    expect(user().audioTrack).toBe(track);
    expect(track.getMediaStreamTrack()).not.toBe(before);
    expect(before.readyState).toBe('ended');
    expect(told.at(-1)).toBe('media-reconnect-end 1');
  });

  it('comes and goes anew after a reconnect with losses, where that is asked for', async () => {
    const { clock, cloud, sdk, joined } = await stage({ behaviour: { announcesAgain: true } });
    const [sender, receiver] = [await joined(1), await joined(2)];
    await clock.run(sender.publish(sdk.createCustomAudioTrack({ mediaStreamTrack: audio() })));
    await clock.advance(100);
    const told = tell(receiver);
    cloud.network.cut('room', '2');
    cloud.network.reconnectLossily('room', '2');
    expect(told.slice(2)).toEqual([
      'user-unpublished 1 audio',
      'user-left 1 ServerTimeOut',
      'user-joined 1',
      'user-published 1 audio',
    ]);
  });

  it('of several tracks of a participant shows the first of each kind', async () => {
    const { clock, cloud, joined } = await stage();
    const receiver = await joined(2);
    const told = tell(receiver);
    const avatar = cloud.network.join('room', '7');
    const [first, second] = [video(), video()];
    avatar.publish(first);
    avatar.publish(second);
    await clock.advance(100);
    expect(told).toEqual(['user-joined 7', 'user-published 7 video']);
    avatar.unpublish(first);
    await clock.advance(100);
    expect(told.slice(2)).toEqual(['user-unpublished 7 video', 'user-published 7 video']);
  });
});
