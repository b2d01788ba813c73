import { isAvatarError } from '@avatarwire/core';
import { agoraError, type LocalTrackDouble, type LocalVideoTrackDouble } from '@avatarwire/simulator/agora';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CopyableTrack } from './double/copyable-track';
import { CHANNEL } from './double/double-room';
import { joined } from './double/subject';

const sound = () => new CopyableTrack('audio');
const picture = () => new CopyableTrack('video');

describe('publishing, over a double of the SDK', () => {
  test('the SDK, which ends the tracks it has, is given clones', async () => {
    const { clock, room, transport } = await joined();
    const track = sound();
    await clock.run(transport.publishing.publish('microphone', track));
    expect(room.localTracks.map((local) => local.getMediaStreamTrack())).toEqual([track.copy]);
    await clock.run(transport.publishing.unpublish('microphone'));

    expect([track.readyState, track.copy.readyState]).toEqual(['live', 'ended']);
  });

  test('a microphone that is taken back listens no longer, however long the network takes to say so', async () => {
    const { clock, client, transport } = await joined();
    const track = sound();
    await clock.run(transport.publishing.publish('microphone', track));
    vi.spyOn(client, 'unpublish').mockReturnValue(new Promise(() => {}));
    const unpublishing = transport.publishing.unpublish('microphone');
    unpublishing.catch(() => {});
    await clock.advance(100);
    expect(track.copy.readyState).toBe('ended');
  });

  test('the light of the microphone goes out after close: no clone is live, and ours stands', async () => {
    const { clock, room, transport } = await joined();
    const [track, other] = [sound(), picture()];
    await clock.run(transport.publishing.publish('microphone', track));
    await clock.run(transport.publishing.publish('camera', other));
    const closing = transport.close();
    expect([track.copy.readyState, other.copy.readyState]).toEqual(['ended', 'ended']);
    await clock.run(closing);

    expect([track.readyState, other.readyState, track.enabled]).toEqual(['live', 'live', true]);
    expect(room.localTracks.map(({ closed }) => closed)).toEqual([true, true]);
  });

  test('nor is one live when the network ends it, or throws us out, while a track is being published', async () => {
    const { clock, client, room, transport } = await joined();
    const track = sound();
    room.cloud.faults.publish = () => new Promise(() => {});
    const publishing = transport.publishing.publish('microphone', track);
    publishing.catch(() => {});
    await clock.advance(100);
    expect(track.copy.readyState).toBe('live');
    client.disconnect('UID_BANNED');

    await expect(publishing).rejects.toMatchObject({ code: 'not-connected' });
    expect(track.copy.readyState).toBe('ended');
  });

  test('a publish that completes after close holds nothing', async () => {
    const { clock, room, transport } = await joined();
    const track = sound();
    let complete: () => void = () => {};
    room.cloud.faults.publish = () => new Promise((resolve) => (complete = resolve));
    const publishing = transport.publishing.publish('microphone', track);
    publishing.catch(() => {});
    await clock.advance(100);
    await clock.run(transport.close());
    complete();
    await clock.advance(1_000);

    await expect(publishing).rejects.toMatchObject({ code: 'not-connected' });
    expect([track.copy.readyState, room.published]).toEqual(['ended', []]);
  });

  test('a publish that fails leaves no clone, and the SDK is not told of the original', async () => {
    const { clock, room, transport } = await joined();
    const track = picture();
    room.cloud.faults.publish = () => Promise.reject(agoraError('ICE_FAILED', 'no way through'));
    const publishing = transport.publishing.publish('camera', track);
    publishing.catch(() => {});
    await clock.advance(1_000);

    await expect(publishing).rejects.toMatchObject({ code: 'network', serviceCode: 'ICE_FAILED' });
    expect([track.readyState, track.copy.readyState, room.listenerCount > 0]).toEqual([
      'live',
      'ended',
      true,
    ]);
  });

  test('mute goes through the SDK and tells the others; the original stays enabled', async () => {
    const { clock, room, transport } = await joined();
    const track = sound();
    await clock.run(transport.publishing.publish('microphone', track));
    await clock.run(transport.publishing.mute('microphone', true));
    await clock.advance(200);

    expect([track.enabled, track.copy.enabled]).toEqual([true, false]);
    expect(room.published.map(({ muted }) => muted)).toEqual([true]);
  });

  test('another microphone, which the SDK cannot put in place, is published in its stead, and was muted before', async () => {
    const { clock, room, transport } = await joined();
    const [first, second] = [sound(), sound()];
    const { publishing } = transport;
    await clock.run(publishing.publish('microphone', first));
    await clock.run(publishing.mute('microphone', true));
    const mutedAtPublish: boolean[] = [];
    room.cloud.faults.publish = async () => {
      mutedAtPublish.push(second.copy.enabled === false);
    };
    await clock.run(publishing.replace('microphone', second));
    await clock.advance(200);

    expect(mutedAtPublish).toEqual([true]);
    expect(first.copy.readyState).toBe('ended');
    expect(room.published).toMatchObject([{ track: second.copy, muted: true }]);
  });

  test('a picture is no clone, which would keep its size; the SDK is given another track to end', async () => {
    const { clock, room, transport } = await joined();
    const [first, second] = [picture(), picture()];
    const { publishing } = transport;
    await clock.run(publishing.publish('camera', first));
    const [local] = room.localTracks;
    expect([local?.getMediaStreamTrack() === first, first.clones]).toEqual([true, []]);
    await clock.run(publishing.unpublish('camera'));
    expect([local?.closed, first.readyState, first.copy.readyState]).toEqual([true, 'live', 'ended']);
    await clock.run(publishing.publish('camera', second));
    await clock.run(publishing.mute('camera', true));
    expect(second.enabled).toBe(false);
    await clock.run(transport.close());

    expect([second.readyState, second.enabled, second.copy.readyState]).toEqual(['live', true, 'ended']);
  });

  test('a picture that its owner disabled stays so, though the unmute of the SDK enables it', async () => {
    const { clock, transport } = await joined();
    const track = picture();
    track.enabled = false;
    const { publishing } = transport;
    await clock.run(publishing.publish('camera', track));
    await clock.run(publishing.mute('camera', true));
    await clock.run(publishing.mute('camera', false));
    expect(track.enabled).toBe(false);
    await clock.run(publishing.unpublish('camera'));
    expect(track.enabled).toBe(false);
  });

  test('another camera is put in place by the SDK, muted as the one before, which is left as it was', async () => {
    const { clock, room, transport } = await joined();
    const [first, second] = [picture(), picture()];
    const { publishing } = transport;
    await clock.run(publishing.publish('camera', first));
    await clock.run(publishing.mute('camera', true));
    const published = room.publishCalls;
    await clock.run(publishing.replace('camera', second));
    await clock.advance(200);

    expect(room.localTracks).toHaveLength(1);
    expect(room.publishCalls).toBe(published + 1);
    expect([first.readyState, first.enabled, second.enabled]).toEqual(['live', true, false]);
  });

  test('a replacement that the SDK refuses is left as it was, and the first goes on', async () => {
    const { clock, room, transport } = await joined();
    const [first, second] = [picture(), picture()];
    await clock.run(transport.publishing.publish('camera', first));
    const [local] = room.localTracks;
    Object.assign(local ?? {}, { replaceTrack: () => Promise.reject(agoraError('SENDER_REPLACE_FAILED')) });
    const replacing = transport.publishing.replace('camera', second);
    replacing.catch(() => {});
    await clock.advance(100);

    await expect(replacing).rejects.toMatchObject({ code: 'network', serviceCode: 'SENDER_REPLACE_FAILED' });
    expect([second.readyState, second.enabled, second.clones]).toEqual(['live', true, []]);
    expect(local?.getMediaStreamTrack()).toBe(first);
  });

  test('a second picture is refused before the SDK sees it, with the reason: one video track per client', async () => {
    const { clock, room, transport } = await joined();
    await clock.run(transport.publishing.publish('camera', picture()));
    const calls = room.publishCalls;
    const second = picture();
    const refused = transport.publishing.publish('screen', second);
    refused.catch(() => {});
    await clock.advance(0);

    await expect(refused).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/one video track per client.*camera/),
    });
    expect([room.publishCalls, second.clones]).toEqual([calls, []]);
    await clock.run(transport.publishing.unpublish('camera'));
    await clock.run(transport.publishing.publish('screen', second));
  });

  test('device errors: a track that has ended, which the SDK takes without a word, and a wrong one are refused', async () => {
    const { room, transport } = await joined();
    const ended = sound();
    ended.stop();
    const { publishing } = transport;
    for (const call of [
      publishing.publish('microphone', ended),
      publishing.publish('microphone', picture()),
      publishing.publish('camera', sound()),
      publishing.publish('camera', undefined as never),
      publishing.publish('hologram' as never, picture()),
      publishing.replace('microphone', sound()),
      publishing.mute('microphone', true),
    ]) {
      const reason: unknown = await call.catch((error: unknown) => error);
      expect(isAvatarError(reason) && reason.code).toBe('invalid-argument');
    }

    expect([room.publishCalls, room.localTracks]).toEqual([0, []]);
  });

  test('publish before joined, and in a reconnect gap, does not reach the SDK', async () => {
    const { room, clock, transport } = await joined();
    room.cloud.network.cut(CHANNEL);
    const gap = transport.publishing.publish('microphone', sound());

    await expect(gap).rejects.toMatchObject({ code: 'not-connected' });
    expect(room.publishCalls).toBe(0);
    await clock.run(transport.close());
  });

  test('what is in its turn when the link goes down is refused when that comes', async () => {
    const { room, clock, transport } = await joined();
    let fail: (error: unknown) => void = () => {};
    room.cloud.faults.publish = () => new Promise((_, reject) => (fail = reject));
    const first = transport.publishing.publish('microphone', sound());
    const second = transport.publishing.publish('camera', picture());
    for (const call of [first, second]) call.catch(() => {});
    await clock.advance(100);
    room.cloud.network.cut(CHANNEL);
    fail(agoraError('DISCONNECT_P2P'));
    await clock.advance(100);

    await expect(first).rejects.toMatchObject({ code: 'network' });
    await expect(second).rejects.toMatchObject({ code: 'not-connected' });
    await clock.run(transport.close());
  });

  test('a replacement that fails after the SDK has put it into its track is taken out again', async () => {
    const { clock, room, transport } = await joined();
    const [first, second] = [picture(), picture()];
    await clock.run(transport.publishing.publish('camera', first));
    const local = room.localTracks[0] as LocalVideoTrackDouble;
    const put = local.replaceTrack.bind(local);
    local.replaceTrack = async (track, stopOld) => {
      await put(track, stopOld);
      if (track === second) throw agoraError('SENDER_REPLACE_FAILED');
    };
    const replacing = transport.publishing.replace('camera', second);
    replacing.catch(() => {});
    await clock.advance(200);

    await expect(replacing).rejects.toMatchObject({ serviceCode: 'SENDER_REPLACE_FAILED' });
    expect(local.getMediaStreamTrack()).toBe(first);
    expect([first.readyState, second.readyState]).toEqual(['live', 'live']);
  });

  test('a microphone that is being muted when the link goes down is not published in the gap', async () => {
    const { clock, client, room, transport } = await joined();
    const { publishing } = transport;
    await clock.run(publishing.publish('microphone', sound()));
    await clock.run(publishing.mute('microphone', true));
    const publish = vi.spyOn(client, 'publish');
    const setMuted = vi.spyOn(Object.getPrototypeOf(room.localTracks[0]) as LocalTrackDouble, 'setMuted');
    let muted: () => void = () => {};
    setMuted.mockImplementation(() => new Promise((resolve) => (muted = resolve)));
    onTestFinished(() => setMuted.mockRestore());
    const replacing = publishing.replace('microphone', sound());
    replacing.catch(() => {});
    await clock.advance(200);
    room.cloud.network.cut(CHANNEL);
    muted();
    await clock.advance(200);

    await expect(replacing).rejects.toMatchObject({ code: 'not-connected' });
    expect(publish).not.toHaveBeenCalled();
    await clock.run(transport.close());
  });

  test('a publish that completes late and while the link is down is taken back, or the SDK publishes it again', async () => {
    const { clock, client, room, transport } = await joined();
    let complete: () => void = () => {};
    // As the real one: it keeps what it could not publish for the time after the reconnect, and resolves.
    client.publish = () => new Promise((resolve) => (complete = resolve));
    const unpublish = vi.spyOn(client, 'unpublish');
    const publishing = transport.publishing.publish('camera', picture());
    publishing.catch(() => {});
    await clock.advance(10_000);
    await expect(publishing).rejects.toMatchObject({ code: 'network' });
    room.cloud.network.cut(CHANNEL);
    complete();
    await clock.advance(0);

    expect(unpublish.mock.calls).toEqual([[room.localTracks[0]]]);
    await clock.run(transport.close());
  });
});
