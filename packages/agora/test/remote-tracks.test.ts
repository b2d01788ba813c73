import { createVirtualClock } from '@avatarwire/simulator';
import { agoraError } from '@avatarwire/simulator/agora';
import { describe, expect, test, vi } from 'vitest';
import { CopyableTrack } from './double/copyable-track';
import { AVATAR, CHANNEL } from './double/double-room';
import { joined, subject } from './double/subject';

describe('media of others, over a double of the SDK', () => {
  test('who plays remote audio: nobody but core, to which the track itself is given', async () => {
    const { room, clock, client, transport } = await joined();
    const added: MediaStreamTrack[] = [];
    transport.on('track-added', ({ track, playedBySdk }) => {
      if (!playedBySdk) added.push(track);
    });
    room.show('audio', new CopyableTrack('audio'));
    await clock.advance(500);
    const [user] = client.remoteUsers;

    expect(transport.capabilities.playsAudio).toBe(false);
    expect(added).toEqual([user?.audioTrack?.getMediaStreamTrack()]);
    // A track of the double has no `play`: calling it would have thrown.
    expect(user?.audioTrack).not.toHaveProperty('play');
  });

  test("an autoplay refusal reaches the elements of core: the page's one slot for the SDK's stays as it was", async () => {
    const { room, told } = subject();
    const { default: rtc } = await room.cloud.sdk();
    const theirs = () => {};
    rtc.onAutoplayFailed = theirs;
    const { transport, connect, clock } = subject({}, {}, { room, clock: createVirtualClock() });
    void connect();
    await clock.advance(1_000);
    rtc.onAutoplayFailed();
    rtc.emit('autoplay-failed');
    await transport.close();

    expect(rtc.onAutoplayFailed).toBe(theirs);
    expect([rtc.onAudioAutoplayFailed, rtc.listenerCount(), told]).toEqual([undefined, 0, []]);
  });

  test('a remote mute is a track removed, the end of it one added', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    const track = new CopyableTrack('audio');
    room.show('audio', track);
    await clock.advance(500);
    room.join(AVATAR).mute(track, true);
    await clock.advance(500);
    room.join(AVATAR).mute(track, false);
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([
      'track-added:audio',
      'track-removed:audio',
      'track-added:audio',
    ]);
  });

  test('a user that is gone before subscribe settles is no error', async () => {
    const { room, clock, told, connect } = subject();
    const logged: string[] = [];
    const log = (message: string) => void logged.push(message);
    await clock.run(connect({ logger: { error: log, warn: log, info: log, debug: () => {} } }));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(25);
    room.join(AVATAR).leave();
    await clock.advance(10_000);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([]);
    expect(logged).toEqual([]);
  });

  test('what was withdrawn before subscribe settles is not announced, also when that succeeds', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let settle: () => void = () => {};
    room.cloud.faults.subscribe = () => new Promise((resolve) => (settle = resolve));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    delete room.cloud.faults.subscribe;
    room.hide('video');
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    settle();
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-added:video']);
  });

  test('a subscription that fails for another reason is a warning, and comes back after a reconnect', async () => {
    const { room, clock, told, connect } = subject({}, { behaviour: { announcesAgain: false } });
    const warnings: unknown[] = [];
    const quiet = () => {};
    const warn = (message: string) => void warnings.push(message);
    room.cloud.faults.subscribe = () => Promise.reject(agoraError('SUBSCRIBE_FAILED'));
    await clock.run(connect({ logger: { error: quiet, warn, info: quiet, debug: quiet } }));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(500);
    expect(warnings).toEqual(['agora: a track could not be subscribed to']);
    delete room.cloud.faults.subscribe;
    room.cloud.network.cut(CHANNEL);
    room.cloud.network.resume(CHANNEL);
    await clock.advance(500);

    expect(told.slice(-1)).toEqual(['track-added:video']);
  });

  test('a subscription that fails on a link that stands is asked for again, three times in all, a second apart', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let asked = 0;
    room.cloud.faults.subscribe = () => {
      asked += 1;
      return asked < 4 ? Promise.reject(agoraError('REMOTE_USER_IS_NOT_PUBLISHED')) : Promise.resolve();
    };
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    expect(asked).toBe(1);
    await clock.advance(3_000);

    expect([asked, told.filter((what) => what.startsWith('track'))]).toEqual([4, ['track-added:video']]);
  });

  test('a subscription that goes on failing is given up, and one that was withdrawn is not asked for again', async () => {
    const { room, clock, transport } = await joined({}, (before) => before.join(AVATAR));
    let asked = 0;
    room.cloud.faults.subscribe = () => {
      asked += 1;
      return Promise.reject(agoraError('SUBSCRIBE_FAILED'));
    };
    room.show('audio', new CopyableTrack('audio'));
    await clock.advance(60_000);
    expect(asked).toBe(4);
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    expect(asked).toBe(5);
    await clock.run(transport.close());
    await clock.advance(60_000);

    expect(asked).toBe(5);
  });

  test('a subscription under way when the link went down, which fails after it is back, is made again', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let fail: (error: unknown) => void = () => {};
    room.cloud.faults.subscribe = () => new Promise((_, reject) => (fail = reject));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    delete room.cloud.faults.subscribe;
    room.cloud.network.cut(CHANNEL);
    room.cloud.network.resume(CHANNEL);
    fail(agoraError('SUBSCRIBE_FAILED'));
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-added:video']);
  });

  test('the warning of a subscription that failed holds no token', async () => {
    const { room, clock, connect } = subject();
    const lines: unknown[] = [];
    const quiet = () => {};
    const warn = (...line: unknown[]) => void lines.push(line);
    await clock.run(connect({ logger: { error: quiet, warn, info: quiet, debug: quiet } }));
    const [token = ''] = room.tokens;
    room.cloud.faults.subscribe = () => Promise.reject(agoraError('SUBSCRIBE_FAILED', `with ${token}`));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(500);

    expect(lines).toMatchObject([
      [expect.any(String), { error: { message: expect.stringContaining('with [redacted]') } }],
    ]);
  });

  test.for(['INVALID_REMOTE_USER', 'REMOTE_USER_IS_NOT_PUBLISHED'])(
    'the SDK says %s of a user that is gone: that is no warning',
    async (code) => {
      const { room, clock, told, connect } = subject();
      const warnings: unknown[] = [];
      const quiet = () => {};
      const warn = (message: string) => void warnings.push(message);
      room.cloud.faults.subscribe = () => Promise.reject(agoraError(code));
      await clock.run(connect({ logger: { error: quiet, warn, info: quiet, debug: quiet } }));
      room.show('video', new CopyableTrack('video'));
      await clock.advance(500);

      expect([told, warnings]).toEqual([[`participant-joined:${AVATAR}`], []]);
    },
  );

  test('a subscription that fails after the track was published anew takes nothing from the new one', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let fail: (error: unknown) => void = () => {};
    room.cloud.faults.subscribe = () => new Promise((_, reject) => (fail = reject));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    delete room.cloud.faults.subscribe;
    room.hide('video');
    room.show('video', new CopyableTrack('video'));
    await clock.advance(500);
    fail(agoraError('SUBSCRIBE_FAILED'));
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-added:video']);
  });

  test('a subscription that settles after the end is told to nobody', async () => {
    const { client, room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let settle: (track: unknown) => void = () => {};
    client.subscribe = () => new Promise((resolve) => (settle = resolve as typeof settle));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    client.disconnect('UID_BANNED');
    settle({ getMediaStreamTrack: () => new CopyableTrack('video') });
    await clock.advance(500);

    expect(told).toEqual([`participant-joined:${AVATAR}`, 'closed:removed']);
  });

  test('who leaves takes their tracks along, also where the SDK does not say that they are unpublished', async () => {
    const { client, told } = await joined({}, (before) => {
      before.show('audio', new CopyableTrack('audio'));
      before.show('video', new CopyableTrack('video'));
    });
    client.emit('user-left', client.remoteUsers[0], 'ServerTimeOut');

    expect(told.slice(-2)).toEqual(['track-removed:audio', 'track-removed:video']);
  });

  test('a channel of data that somebody publishes is none of our media', async () => {
    const { client, clock, told } = await joined({}, (before) => before.join(AVATAR));
    const subscribe = vi.spyOn(client, 'subscribe');
    const [user] = client.remoteUsers;
    client.emit('user-published', user, 'datachannel', { id: 1, ordered: true });
    client.emit('user-unpublished', user, 'datachannel', { id: 1, ordered: true });
    await clock.advance(500);

    expect(subscribe).not.toHaveBeenCalled();
    expect(told).toEqual([`participant-joined:${AVATAR}`]);
  });

  test('a track that the SDK has put into its own, mending its media connection, is removed and added', async () => {
    const { client, clock, room, told, transport } = await joined({}, (before) =>
      before.show('video', new CopyableTrack('video')),
    );
    const mended = new CopyableTrack('video');
    const added: MediaStreamTrack[] = [];
    transport.on('track-added', ({ track }) => added.push(track));
    const [user] = client.remoteUsers;
    client.emit('media-reconnect-end', user?.uid);
    expect(told.slice(-1)).toEqual(['track-added:video']);
    if (user?.videoTrack === undefined) throw new Error('nothing was subscribed to');
    user.videoTrack.getMediaStreamTrack = () => mended;
    client.emit('media-reconnect-end', user.uid);
    await clock.advance(0);

    expect(told.slice(-2)).toEqual(['track-removed:video', 'track-added:video']);
    expect(added).toEqual([mended]);
    expect(room.listenerCount).toBeGreaterThan(0);
  });
});
