import { DisconnectReason, PublishTrackError, Track, UnexpectedConnectionState } from 'livekit-client';
import { describe, expect, test } from 'vitest';
import { TOKEN } from './double/double-harness';
import { joined } from './double/joined';
import { LocalTrackDouble } from './double/local-track-double';
import { settle } from './manual-clock';

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('publishing, over a double of the Room', () => {
  test('each source goes under the name that the SDK has for it, as a track of the user', async () => {
    const { transport, room } = await joined();
    await transport.publishing.publish('microphone', new LocalTrackDouble('audio'));
    await transport.publishing.publish('camera', new LocalTrackDouble('video'));
    await transport.publishing.publish('screen', new LocalTrackDouble('video'));

    expect([...room.localTracks].map(([{ userProvided }, source]) => [source, userProvided])).toEqual([
      [Track.Source.Microphone, true],
      [Track.Source.Camera, true],
      [Track.Source.ScreenShare, true],
    ]);
  });

  test('a token that does not permit it is unsupported, with the status of the SDK', async () => {
    const { transport } = await joined({}, (network) => {
      network.canPublish = false;
    });
    const error = await errorOf(transport.publishing.publish('camera', new LocalTrackDouble('video')));

    expect(error).toMatchObject({ code: 'unsupported', retryable: false, serviceCode: 403 });
  });

  test('any other refusal is a fault of the network, and the token is not in its cause', async () => {
    const { transport, network } = await joined();
    network.nextPublish = { fails: new PublishTrackError(`no track for ${TOKEN}`, 500) };
    const error = await errorOf(transport.publishing.publish('camera', new LocalTrackDouble('video')));

    expect(error).toMatchObject({ code: 'network', serviceCode: 500, cause: { name: 'PublishTrackError' } });
    expect(String((error as Error).cause)).not.toContain(TOKEN);
    expect(String((error as Error).cause)).toContain('no track for');
  });

  test('a publish that the SDK never answers ends after 10 s, and is taken back when it is answered then', async () => {
    const { transport, network, room, clock } = await joined();
    let answer = () => {};
    network.nextPublish = { waits: new Promise((resolve) => (answer = resolve)) };
    const error = errorOf(transport.publishing.publish('camera', new LocalTrackDouble('video')));
    await clock.advance(9_999);
    await clock.advance(1);

    expect(await error).toMatchObject({ code: 'network' });
    answer();
    await settle();
    expect(room.localTracks.size).toBe(0);
    await transport.publishing.publish('camera', new LocalTrackDouble('video'));
    expect(room.localTracks.size).toBe(1);
  });

  test('a track that the SDK stops, as it does in a frozen page, goes on, and nothing monitors it', async () => {
    const { transport, room } = await joined();
    const track = new LocalTrackDouble('audio');
    await transport.publishing.publish('microphone', track);
    const [local] = room.localTracks.keys();
    room.end(DisconnectReason.CLIENT_INITIATED, true);

    expect(track.readyState).toBe('live');
    expect(local?.monitors).toBe(false);
  });

  test('a track that its owner has disabled is muted while the SDK publishes it, and disabled after', async () => {
    const { transport, network, room } = await joined();
    const track = new LocalTrackDouble('audio');
    track.enabled = false;
    const seen: boolean[] = [];
    network.nextPublish = { waits: Promise.resolve().then(() => void seen.push(track.enabled)) };
    await transport.publishing.publish('microphone', track);

    expect(seen).toEqual([false]);
    expect(track.enabled).toBe(false);
    const [local] = room.localTracks.keys();
    expect(local?.isMuted).toBe(false);
  });

  test('what its owner does to `enabled` while it is published stays, muted once or not', async () => {
    const { transport } = await joined();
    const track = new LocalTrackDouble('audio');
    await transport.publishing.publish('microphone', track);
    track.enabled = false;
    await transport.publishing.mute('microphone', true);
    await transport.publishing.mute('microphone', false);
    expect(track.enabled).toBe(false);
    await transport.close();
    expect(track.enabled).toBe(false);
  });

  test('a replacement for a track that ended by itself, which the SDK muted, is heard', async () => {
    const { transport, room } = await joined();
    await transport.publishing.publish('microphone', new LocalTrackDouble('audio'));
    const [local] = room.localTracks.keys();
    await local?.mute();
    const next = new LocalTrackDouble('audio');
    await transport.publishing.replace('microphone', next);

    expect([local?.isMuted, next.enabled, local?.mediaStreamTrack]).toEqual([false, true, next]);
  });

  test('the end while the SDK mutes leaves the track enabled', async () => {
    const { transport, room } = await joined();
    const track = new LocalTrackDouble('audio');
    await transport.publishing.publish('microphone', track);
    const [local] = room.localTracks.keys();
    if (local === undefined) throw new Error('nothing was published');
    const mute = local.mute.bind(local);
    local.mute = () => {
      void transport.close();
      return mute();
    };
    const error = errorOf(transport.publishing.mute('microphone', true));

    expect(await error).toMatchObject({ code: 'not-connected' });
    await settle();
    expect([local.isMuted, track.enabled]).toEqual([true, true]);
  });

  test('the end in the middle of a publish rejects it with not-connected, and leaves the track as it was', async () => {
    const { transport, network, room } = await joined();
    let fail = (_error: Error) => {};
    network.nextPublish = { waits: new Promise((_, reject) => (fail = reject)) };
    const track = new LocalTrackDouble('video');
    const error = errorOf(transport.publishing.publish('camera', track));
    await settle();
    await transport.close();
    fail(new UnexpectedConnectionState('PC manager is closed'));

    expect(await error).toMatchObject({ code: 'not-connected' });
    expect([track.readyState, track.enabled, room.localTracks.size]).toEqual(['live', true, 0]);
  });
});
