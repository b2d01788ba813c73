import * as sdk from 'livekit-client';
import { describe, expect, test } from 'vitest';
import { CLOSE_REASONS, closeReason, quality, remoteTrack, statistics } from '../src/livekit-events';
import { fakeTrack } from './double/fake-room';

describe('why it ended', () => {
  const names = Object.keys(sdk.DisconnectReason).filter((name) => Number.isNaN(Number(name)));

  test('the table has every reason of the real SDK and no other', () => {
    expect(Object.keys(CLOSE_REASONS).sort()).toEqual(names.sort());
  });

  test.for([
    [sdk.DisconnectReason.CLIENT_INITIATED, 'page-frozen', 'CLIENT_INITIATED'],
    [sdk.DisconnectReason.DUPLICATE_IDENTITY, 'joined-elsewhere', 'DUPLICATE_IDENTITY'],
    [sdk.DisconnectReason.PARTICIPANT_REMOVED, 'removed', 'PARTICIPANT_REMOVED'],
    [sdk.DisconnectReason.ROOM_DELETED, 'room-ended', 'ROOM_DELETED'],
    [sdk.DisconnectReason.SERVER_SHUTDOWN, 'network-lost', 'SERVER_SHUTDOWN'],
    [undefined, 'network-lost', 'reconnecting given up'],
    [999 as sdk.DisconnectReason, 'failed', '999'],
  ] as const)('%s is %s', ([vendor, reason, name]) => {
    expect(closeReason(vendor, sdk)).toEqual({ reason, name });
  });
});

test.for([...Object.values(sdk.ConnectionQuality)])(
  'the quality %s is the same word for both directions',
  (score) => {
    expect(quality(score)).toEqual({ up: score, down: score });
  },
);

test('a quality nobody knows is unknown', () => {
  expect(quality('splendid' as sdk.ConnectionQuality)).toEqual({ up: 'unknown', down: 'unknown' });
});

describe('a remote track', () => {
  const participant = { identity: 'avatar', sid: 'PA_1', isActive: true };

  test.for([
    [sdk.Track.Source.Camera, 'camera'],
    [sdk.Track.Source.Microphone, 'microphone'],
    [sdk.Track.Source.ScreenShare, 'screen'],
    [sdk.Track.Source.ScreenShareAudio, 'screen'],
    [sdk.Track.Source.Unknown, 'unknown'],
    ['hologram' as sdk.Track.Source, 'unknown'],
  ] as const)('of the source %s is of %s', ([vendor, source]) => {
    const track = fakeTrack('video', vendor);

    expect(remoteTrack(track, participant)).toEqual({
      track: track.mediaStreamTrack,
      kind: 'video',
      source,
      from: 'avatar',
      playedBySdk: false,
    });
  });

  test('that is neither sound nor picture is none', () => {
    expect(remoteTrack({ ...fakeTrack('video'), kind: 'unknown' }, participant)).toBeUndefined();
  });
});

describe('statistics', () => {
  const report = (
    ...entries: { readonly id: string; readonly type: string; readonly [figure: string]: unknown }[]
  ) => new Map<string, unknown>(entries.map((entry) => [entry.id, entry]));

  const pair = {
    id: 'P',
    type: 'candidate-pair',
    nominated: true,
    currentRoundTripTime: 0.025,
    bytesSent: 700,
    bytesReceived: 21_000,
  };

  test('sum what arrived over all tracks, each counted once', () => {
    const audio = { id: 'A', type: 'inbound-rtp', kind: 'audio', packetsLost: 1, jitter: 0.004 };
    const video = {
      id: 'V',
      type: 'inbound-rtp',
      kind: 'video',
      packetsLost: 2,
      jitter: 0.002,
      framesPerSecond: 25,
      frameWidth: 640,
      frameHeight: 360,
    };

    expect(statistics([report(audio, pair), report(video, pair), report(video)], undefined)).toEqual({
      roundTripMs: 25,
      bytesReceived: 21_000,
      packetsLost: 3,
      jitterMs: 4,
      framesPerSecond: 25,
      frameWidth: 640,
      frameHeight: 360,
    });
  });

  test('say what we send from the connection that sends, which may be another one', () => {
    const other = { ...pair, bytesSent: 90_000, bytesReceived: 5 };

    expect(statistics([report(pair)], report(other))).toMatchObject({
      bytesSent: 90_000,
      bytesReceived: 21_000,
    });
    expect(statistics([], report(other))).toEqual({ roundTripMs: 25, bytesSent: 90_000 });
  });

  test('of losses that came twice are none', () => {
    const video = { id: 'V', type: 'inbound-rtp', kind: 'video', packetsLost: -2 };

    expect(statistics([report(video)], undefined)).toEqual({ packetsLost: 0 });
  });

  test('leave out what nobody measured', () => {
    const unused = { id: 'P', type: 'candidate-pair', nominated: false, currentRoundTripTime: 1 };

    expect(statistics([], undefined)).toEqual({});
    expect(statistics([report(unused, { id: 'A', type: 'inbound-rtp' })], undefined)).toEqual({});
  });
});
