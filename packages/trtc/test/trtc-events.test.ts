import { describe, expect, test, vi } from 'vitest';
import {
  errorReason,
  kickReason,
  linkOf,
  playbackBlocked,
  quality,
  remoteSource,
  remoteTrack,
  statistics,
} from '../src/trtc-events';

const figures = (up: number, down: number, upRtt = 0, downRtt = 0) => ({
  uplinkNetworkQuality: up,
  downlinkNetworkQuality: down,
  uplinkRTT: upRtt,
  downlinkRTT: downRtt,
});

test.each([
  ['kick', 'joined-elsewhere'],
  ['banned', 'removed'],
  ['room_disband', 'room-ended'],
  ['what comes with a later version', 'removed'],
])('kicked out for %s is %s', (reason, ours) => {
  expect(kickReason(reason)).toBe(ours);
});

test.each([
  [5500, 5501, undefined],
  [5500, 5504, undefined],
  [5500, 5505, undefined],
  [5500, 5506, undefined],
  [5500, 5507, undefined],
  [5500, 5508, undefined],
  [5300, 5308, undefined],
  [5300, 5309, undefined],
  [5500, 5502, 'network-lost'],
  [5500, 5503, 'network-lost'],
  [5500, undefined, 'network-lost'],
  [5400, 0, 'network-lost'],
  [5400, undefined, 'network-lost'],
  [5400, 70001, 'credentials-expired'],
  [5400, 70052, 'credentials-expired'],
  [5999, undefined, 'failed'],
] as const)('an error event %s/%s ends it as %s', (code, extraCode, reason) => {
  expect(errorReason({ code, ...(extraCode !== undefined && { extraCode }) })).toBe(reason);
});

test.each([
  ['CONNECTED', 'up'],
  ['RECONNECTED', 'up'],
  ['DISCONNECTED', 'down'],
  ['CONNECTING', 'retrying'],
  ['RECONNECTING', 'retrying'],
])('the state %s of the signalling is %s', (state, link) => {
  expect(linkOf(state)).toBe(link);
});

describe('quality', () => {
  test.each([
    [0, 'unknown'],
    [1, 'excellent'],
    [2, 'good'],
    [3, 'poor'],
    [4, 'bad'],
    [5, 'bad'],
    [6, 'lost'],
    [7, 'unknown'],
  ])('%i is %s', (figure, ours) => {
    expect(quality(figures(figure, 1))).toEqual({ up: ours, down: 'excellent' });
    expect(quality(figures(1, figure))).toEqual({ up: 'excellent', down: ours });
  });

  test('a round trip is that of the uplink, else of the downlink, else absent', () => {
    expect(quality(figures(1, 1, 40, 60))).toMatchObject({ roundTripMs: 40 });
    expect(quality(figures(1, 1, 0, 60))).toMatchObject({ roundTripMs: 60 });
    expect(quality(figures(1, 1))).not.toHaveProperty('roundTripMs');
  });
});

describe('statistics', () => {
  const report = { rtt: 0, bytesSent: 0, bytesReceived: 0, remoteStatistics: [] };

  test('are empty before the first report, and where every figure is 0', () => {
    expect(statistics(undefined)).toEqual({});
    expect(statistics(report)).toEqual({});
  });

  test('are the round trip, the bytes, and the frames of the first picture', () => {
    const picture = { frameRate: 24, width: 1_280, height: 720 };
    const remoteStatistics = [{ video: [] }, { video: [picture, { frameRate: 5, width: 9, height: 9 }] }];

    expect(statistics({ rtt: 30, bytesSent: 10, bytesReceived: 20, remoteStatistics })).toEqual({
      roundTripMs: 30,
      bytesSent: 10,
      bytesReceived: 20,
      framesPerSecond: 24,
      frameWidth: 1_280,
      frameHeight: 720,
    });
  });
});

describe('tracks', () => {
  test.each([
    ['audio', 'main', 'microphone'],
    ['audio', undefined, 'microphone'],
    ['video', 'main', 'camera'],
    ['video', undefined, 'camera'],
    ['video', 'sub', 'screen'],
  ] as const)('%s of the stream %s is a %s', (kind, streamType, source) => {
    expect(remoteSource(kind, streamType)).toBe(source);
  });

  test('of sound are played by the SDK, those of pictures by nobody but core', () => {
    const track = { id: 'a track' } as MediaStreamTrack;

    expect(remoteTrack(track, 'microphone', 'avatar')).toEqual({
      track,
      kind: 'audio',
      source: 'microphone',
      from: 'avatar',
      playedBySdk: true,
    });
    expect(remoteTrack(track, 'screen', 'avatar')).toMatchObject({ kind: 'video', playedBySdk: false });
  });
});

test.each([
  ['audio', 'audio'],
  ['video', 'video'],
  ['screen', 'video'],
])('refused playback of %s is that of %s, and resumes through the SDK', async (mediaType, kind) => {
  const resume = vi.fn(async () => {});
  const blocked = playbackBlocked({ userId: 'avatar', mediaType, resume });
  await blocked.resume();

  expect(blocked.kind).toBe(kind);
  expect(resume).toHaveBeenCalledOnce();
});
