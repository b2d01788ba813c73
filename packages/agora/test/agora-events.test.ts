import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PlaceholderTrack } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { CLOSE_REASONS, closeReason, isMedia, quality, remoteTrack, statistics } from '../src/agora-events';

type Measured = Parameters<typeof statistics>[0];

describe('why it ended', () => {
  // The SDK cannot be loaded in Node: its declarations can be read.
  test.for(['agora-rtc-sdk-ng', 'agora-rtc-sdk-ng-oldest'])(
    'the table has every reason that the declarations of the real %s name',
    async (name) => {
      const { resolve } = createRequire(import.meta.url);
      const path = new URL('rtc-sdk_en.d.ts', `file://${resolve(name)}`);
      const [, body = ''] =
        /enum ConnectionDisconnectedReason \{([\s\S]*?)\n\}/.exec(await readFile(path, 'utf8')) ?? [];
      const reasons = [...body.matchAll(/ = "(\w+)"/g)].map(([, reason]) => reason);

      expect(reasons.length).toBeGreaterThan(13);
      expect(Object.keys(CLOSE_REASONS)).toEqual(expect.arrayContaining(reasons));
    },
  );

  test.for([
    ['LEAVE', 'page-frozen'],
    ['NETWORK_ERROR', 'network-lost'],
    ['SERVER_ERROR', 'failed'],
    ['UID_BANNED', 'removed'],
    ['IP_BANNED', 'removed'],
    ['CHANNEL_BANNED', 'removed'],
    ['UID_CONFLICT', 'joined-elsewhere'],
    ['TOKEN_EXPIRE', 'credentials-expired'],
    ['FALLBACK', 'network-lost'],
    ['FALLBACK_TO_HLS', 'failed'],
    ['LICENSE_MISSING', 'failed'],
    ['LICENSE_EXPIRED', 'failed'],
    ['LICENSE_MINUTES_EXCEEDED', 'failed'],
    ['LICENSE_PERIOD_INVALID', 'failed'],
    ['LICENSE_MULTIPLE_SDK_SERVICE', 'failed'],
    ['LICENSE_ILLEGAL', 'failed'],
  ] as const)('%s is %s', ([vendor, reason]) => {
    expect(closeReason(vendor)).toEqual({ reason, name: vendor });
  });

  test('a reason that nobody knows, and none at all, have failed', () => {
    expect(closeReason('SOLAR_FLARE' as 'LEAVE')).toEqual({ reason: 'failed', name: 'SOLAR_FLARE' });
    expect(closeReason(undefined)).toEqual({ reason: 'failed', name: 'no reason given' });
  });
});

test.for([
  [0, 'unknown'],
  [1, 'excellent'],
  [2, 'good'],
  [3, 'poor'],
  [4, 'bad'],
  [5, 'bad'],
  [6, 'lost'],
  [7, 'unknown'],
] as const)('the quality %i is %s, in each direction by itself', ([figure, word]) => {
  expect(quality({ uplinkNetworkQuality: figure, downlinkNetworkQuality: 1 })).toEqual({
    up: word,
    down: 'excellent',
  });
  expect(quality({ uplinkNetworkQuality: 1, downlinkNetworkQuality: figure }).down).toBe(word);
});

test('sound and picture are media, a channel of data is not', () => {
  expect(['audio', 'video', 'datachannel'].filter(isMedia)).toEqual(['audio', 'video']);
});

test('a remote track is the MediaStreamTrack in it, for core to play', () => {
  const track = new PlaceholderTrack('video');

  expect(remoteTrack({ getMediaStreamTrack: () => track }, 'video', '7000')).toEqual({
    track,
    kind: 'video',
    source: 'unknown',
    from: '7000',
    playedBySdk: false,
  });
});

describe('statistics', () => {
  const nothing = { RTT: 0, SendBytes: 0, RecvBytes: 0 };
  const measuring = (
    stats: typeof nothing,
    audio: ReturnType<Measured['getRemoteAudioStats']> = {},
    video: ReturnType<Measured['getRemoteVideoStats']> = {},
  ): Measured => ({
    getRTCStats: () => stats,
    getRemoteAudioStats: () => audio,
    getRemoteVideoStats: () => video,
  });

  test('leave out what the SDK shows as zero because nobody measured it', () => {
    const none = { receivePackets: 0, receivePacketsLost: 0 };
    const size = { receiveResolutionWidth: 0, receiveResolutionHeight: 0 };

    expect(statistics(measuring(nothing))).toEqual({});
    expect(statistics(measuring(nothing, { 1: none }, { 1: { ...none, ...size } }))).toEqual({});
    expect(statistics(measuring({ RTT: 42, SendBytes: 1_000, RecvBytes: 2_000 }))).toEqual({
      roundTripMs: 42,
      bytesSent: 1_000,
      bytesReceived: 2_000,
    });
  });

  test('sum the losses of all that arrives, and are the frames of the first picture', () => {
    const audio = { 1: { receivePackets: 50, receivePacketsLost: 0 } };
    const video = {
      1: {
        receivePackets: 90,
        receivePacketsLost: 3,
        decodeFrameRate: 25,
        receiveResolutionWidth: 1_280,
        receiveResolutionHeight: 720,
      },
    };

    expect(statistics(measuring(nothing, audio, video))).toEqual({
      packetsLost: 3,
      framesPerSecond: 25,
      frameWidth: 1_280,
      frameHeight: 720,
    });
  });
});
