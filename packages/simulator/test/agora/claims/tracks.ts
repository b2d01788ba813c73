/** reference/agora.md §6: custom tracks. */

import { expect } from 'vitest';
import type { AgoraLocalTrack } from '../../../src/agora/index';
import { attempt, outcome, type SdkUnderTest } from '../subject';
import { defaultTrack } from '../tracks';
import type { Claim } from './claim';

const KINDS = ['audio', 'video'] as const;

function make(
  sdk: SdkUnderTest,
  kind: 'audio' | 'video',
  mediaStreamTrack: MediaStreamTrack,
): AgoraLocalTrack {
  return kind === 'audio'
    ? sdk.createCustomAudioTrack({ mediaStreamTrack })
    : sdk.createCustomVideoTrack({ mediaStreamTrack });
}

function forBoth(
  name: string,
  run: (track: AgoraLocalTrack, given: MediaStreamTrack) => Promise<void>,
): Claim {
  return {
    name,
    async run({ sdk }) {
      for (const kind of KINDS) {
        const given = defaultTrack(kind);
        const track = make(sdk, kind, given);
        await run(track, given);
        track.close();
      }
    },
  };
}

export const trackClaims: readonly Claim[] = [
  forBoth('getMediaStreamTrack gives the very track that was given', async (track, given) => {
    expect(track.getMediaStreamTrack()).toBe(given);
    expect(track.trackMediaType).toBe(given.kind);
    expect([track.enabled, track.muted]).toEqual([true, false]);
  }),
  forBoth('setMuted switches `enabled` of the track, which stays live', async (track, given) => {
    await track.setMuted(true);
    expect([given.enabled, given.readyState, track.muted]).toEqual([false, 'live', true]);
    await track.setMuted(false);
    expect([given.enabled, track.muted]).toEqual([true, false]);
  }),
  forBoth(
    'setEnabled of a custom track switches `enabled` of the track, which stays live',
    async (track, given) => {
      await track.setEnabled(false);
      expect([given.enabled, given.readyState, track.enabled]).toEqual([false, 'live', false]);
      await track.setEnabled(true);
      expect([given.enabled, track.enabled]).toEqual([true, true]);
      expect(track.getMediaStreamTrack()).toBe(given);
    },
  ),
  forBoth('setMuted and setEnabled exclude each other: TRACK_STATE_UNREACHABLE', async (track) => {
    await track.setMuted(true);
    expect(await outcome(track.setEnabled(false))).toBe('TRACK_STATE_UNREACHABLE');
    await track.setMuted(false);
    await track.setEnabled(false);
    expect(await outcome(track.setMuted(true))).toBe('TRACK_STATE_UNREACHABLE');
  }),
  forBoth(
    'calls of setEnabled at the same time all succeed, and the last one counts',
    async (track, given) => {
      const calls = [track.setEnabled(false), track.setEnabled(true), track.setEnabled(false)];
      expect(await Promise.all(calls.map(outcome))).toEqual(['resolved', 'resolved', 'resolved']);
      expect(given.enabled).toBe(false);
    },
  ),
  forBoth('setMuted takes a boolean alone', async (track) => {
    const nonsense: unknown = 'yes';
    expect(await outcome(track.setMuted(nonsense as boolean))).toBe('INVALID_PARAMS');
  }),
  forBoth("close ends the caller's track, twice is fine, and nobody is told", async (track, given) => {
    const told: string[] = [];
    track.on('track-ended', () => told.push('track-ended'));
    track.close();
    expect(given.readyState).toBe('ended');
    expect(attempt(() => track.close())).toBe('returned');
    expect(told).toEqual([]);
  }),
  forBoth('after close setMuted and setEnabled reject with an Error that has no code', async (track) => {
    track.close();
    expect(await outcome(track.setMuted(true))).toBe('Error');
    expect(await outcome(track.setEnabled(false))).toBe('Error');
  }),
  forBoth('track-ended is told when the track itself ends', async (track, given) => {
    const told: string[] = [];
    track.on('track-ended', () => told.push('track-ended'));
    given.dispatchEvent(new Event('ended'));
    expect(told).toEqual(['track-ended']);
  }),
  {
    name: 'a track that has ended is taken without a word',
    async run({ sdk }) {
      for (const kind of KINDS) {
        const given = defaultTrack(kind);
        given.stop();
        expect(attempt(() => make(sdk, kind, given))).toBe('returned');
      }
    },
  },
  {
    name: 'two tracks have two ids',
    async run({ sdk }) {
      const [one, other] = [
        make(sdk, 'audio', defaultTrack('audio')),
        make(sdk, 'audio', defaultTrack('audio')),
      ];
      expect(one.getTrackId()).not.toBe(other.getTrackId());
      one.close();
      other.close();
    },
  },
  {
    name: 'a custom video track can be given another source, and a custom audio track can not',
    async run({ sdk }) {
      const [old, fresh] = [defaultTrack('video'), defaultTrack('video')];
      const track = sdk.createCustomVideoTrack({ mediaStreamTrack: old });
      await track.replaceTrack(fresh, true);
      expect([old.readyState, fresh.readyState]).toEqual(['ended', 'live']);
      expect(track.getMediaStreamTrack()).toBe(fresh);
      track.close();
      const audio = sdk.createCustomAudioTrack({ mediaStreamTrack: defaultTrack('audio') });
      expect('replaceTrack' in audio).toBe(false);
      audio.close();
    },
  },
];
