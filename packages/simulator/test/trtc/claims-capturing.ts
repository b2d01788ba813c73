/** Claims about local tracks. All are the caller's own: the SDK opens no device. */

import { expect } from 'vitest';
import {
  type ClaimInstance,
  expectFailure,
  outcome,
  quiet,
  record,
  type Subject,
  settled,
  type Trail,
} from './claim-tools';
import type { Claim } from './claims';

const EVENTS = [
  'track',
  'audio-play-state-changed',
  'video-play-state-changed',
  'first-video-frame',
  'screen-share-stopped',
  'error',
];

interface Kit {
  readonly instance: ClaimInstance;
  readonly trail: Trail;
  readonly microphone: MediaStreamTrack;
  readonly other: MediaStreamTrack;
  readonly camera: MediaStreamTrack;
}

function claim(name: string, run: (kit: Kit, subject: Subject) => Promise<void>): Claim {
  return {
    name,
    async run(subject) {
      // The SDK says PLAYING only of what the browser lets sound: of a device that was granted.
      const granted = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const [microphone, camera] = [granted.getAudioTracks()[0], granted.getVideoTracks()[0]];
      if (!microphone || !camera) throw new Error('Chromium was started without its fake devices');
      const other = microphone.clone();
      const instance = subject.sdk.create();
      try {
        await run({ instance, trail: record(subject, instance, EVENTS), microphone, other, camera }, subject);
      } finally {
        instance.destroy();
        for (const track of [microphone, other, camera]) track.stop();
      }
    },
  };
}

const resolved = { how: 'resolved' };

export const capturingClaims: readonly Claim[] = [
  claim(
    'a microphone of our own: track without a user, then PLAYING, then the promise',
    async ({ instance, trail, microphone }) => {
      expect(await outcome(() => instance.startLocalAudio({ option: { audioTrack: microphone } }))).toEqual(
        resolved,
      );
      expect(trail.seen.map(({ event, payload }) => ({ event, payload }))).toMatchObject([
        { event: 'track', payload: { userId: '', track: microphone } },
        { event: 'audio-play-state-changed', payload: { userId: '', state: 'PLAYING' } },
      ]);
    },
  ),
  claim(
    'a camera of our own without a view: track without a user, and nothing else',
    async ({ instance, trail, camera }) => {
      expect(await outcome(() => instance.startLocalVideo({ option: { videoTrack: camera } }))).toEqual(
        resolved,
      );
      expect(trail.seen.map(({ event, payload }) => ({ event, payload }))).toMatchObject([
        { event: 'track', payload: { userId: '', streamType: 'main', track: camera } },
      ]);
    },
  ),
  claim('a screen of our own asks nobody and is the stream sub', async ({ instance, trail, camera }) => {
    expect(await outcome(() => instance.startScreenShare({ option: { videoTrack: camera } }))).toEqual(
      resolved,
    );
    expect(trail.seen).toMatchObject([
      { event: 'track', payload: { userId: '', streamType: 'sub', track: camera } },
    ]);
    expect(instance.getVideoTrack({ streamType: 'sub' })).toBe(camera);
    expect(instance.getVideoTrack()).toBeNull();
  }),
  claim(
    'the track that was handed over is the one that is given back',
    async ({ instance, microphone, camera }) => {
      await instance.startLocalAudio({ option: { audioTrack: microphone } });
      await instance.startLocalVideo({ option: { videoTrack: camera } });
      expect(instance.getAudioTrack()).toBe(microphone);
      expect(instance.getVideoTrack()).toBe(camera);
    },
  ),
  claim(
    'stopping neither stops nor enables a track, and forgets it',
    async ({ instance, microphone, camera }) => {
      await instance.startLocalAudio({ option: { audioTrack: microphone }, mute: true });
      await instance.startLocalVideo({ option: { videoTrack: camera }, mute: true });
      await instance.stopLocalAudio();
      await instance.stopLocalVideo();
      expect([microphone.readyState, camera.readyState]).toEqual(['live', 'live']);
      expect([microphone.enabled, camera.enabled]).toEqual([false, false]);
      expect(instance.getAudioTrack()).toBeNull();
    },
  ),
  claim('destroy stops no track of ours', async ({ instance, microphone, camera }) => {
    await instance.startLocalAudio({ option: { audioTrack: microphone } });
    await instance.startScreenShare({ option: { videoTrack: camera } });
    instance.destroy();
    expect([microphone.readyState, camera.readyState]).toEqual(['live', 'live']);
  }),
  claim("mute is the enabled of the caller's track", async ({ instance, microphone, camera }) => {
    await instance.startLocalAudio({ option: { audioTrack: microphone } });
    await instance.startLocalVideo({ option: { videoTrack: camera } });
    await instance.updateLocalAudio({ mute: true });
    await instance.updateLocalVideo({ mute: true });
    expect([microphone.enabled, camera.enabled]).toEqual([false, false]);
    await instance.updateLocalAudio({ mute: false });
    await instance.updateLocalVideo({ mute: false });
    expect([microphone.enabled, camera.enabled]).toEqual([true, true]);
  }),
  claim('starting enables a microphone that its owner had disabled', async ({ instance, microphone }) => {
    microphone.enabled = false;
    await instance.startLocalAudio({ option: { audioTrack: microphone } });
    expect(microphone.enabled).toBe(true);
  }),
  claim('starting enables a camera that its owner had disabled', async ({ instance, camera }) => {
    camera.enabled = false;
    await instance.startLocalVideo({ option: { videoTrack: camera } });
    expect(camera.enabled).toBe(true);
  }),
  claim(
    'a microphone that replaces a muted one is disabled, and the old one stays so',
    async ({ instance, microphone, other, trail }) => {
      await instance.startLocalAudio({ option: { audioTrack: microphone } });
      await instance.updateLocalAudio({ mute: true });
      await instance.updateLocalAudio({ option: { audioTrack: other } });
      expect([microphone.enabled, other.enabled]).toEqual([false, false]);
      expect([microphone.readyState, other.readyState]).toEqual(['live', 'live']);
      expect(instance.getAudioTrack()).toBe(other);
      expect(trail.seen.at(-1)).toMatchObject({ event: 'track', payload: { userId: '', track: other } });
    },
  ),
  claim('a second start is 5998', async ({ instance, microphone, camera }) => {
    const audio = { option: { audioTrack: microphone } };
    const video = { option: { videoTrack: camera } };
    await instance.startLocalAudio(audio);
    await instance.startLocalVideo(video);
    await instance.startScreenShare(video);
    expectFailure(await outcome(() => instance.startLocalAudio(audio)), 'rejected', 5998, undefined);
    expectFailure(await outcome(() => instance.startLocalVideo(video)), 'rejected', 5998, undefined);
    expectFailure(await outcome(() => instance.startScreenShare(video)), 'rejected', 5998, undefined);
  }),
  claim('an update before a start is 5998, and a stop before a start resolves', async ({ instance }) => {
    expectFailure(
      await outcome(() => instance.updateLocalAudio({ mute: true })),
      'rejected',
      5998,
      undefined,
    );
    expectFailure(
      await outcome(() => instance.updateLocalVideo({ mute: true })),
      'rejected',
      5998,
      undefined,
    );
    expectFailure(await outcome(() => instance.updateScreenShare({})), 'rejected', 5998, undefined);
    expect(await outcome(() => instance.stopLocalAudio())).toEqual(resolved);
    expect(await outcome(() => instance.stopLocalVideo())).toEqual(resolved);
    expect(await outcome(() => instance.stopScreenShare())).toEqual(resolved);
  }),
  claim(
    'start, start, stop at once: the second start is 5998, the others come to their turn',
    async ({ instance, microphone }) => {
      const audio = { option: { audioTrack: microphone } };
      const calls = [
        instance.startLocalAudio(audio),
        instance.startLocalAudio(audio),
        instance.stopLocalAudio(),
      ].map(quiet);
      const results = await Promise.all(calls.map((call) => settled(call)));
      expect(results.map(({ how }) => how)).toEqual(['resolved', 'rejected', 'resolved']);
      expect(instance.getAudioTrack()).toBeNull();
    },
  ),
  claim(
    'a stop at once gives up an update that waits, and a start of the same gives up a stop that waits',
    async ({ instance, microphone }) => {
      const audio = { option: { audioTrack: microphone } };
      const calls = [
        instance.startLocalAudio(audio),
        instance.updateLocalAudio({ mute: true }),
        instance.stopLocalAudio(),
        instance.startLocalAudio(audio),
      ].map(quiet);
      const results = await Promise.all(calls.map((call) => settled(call)));
      expect(results.map(({ how }) => how)).toEqual(['resolved', 'rejected', 'rejected', 'rejected']);
      for (const result of results.slice(1)) expectFailure(result, 'rejected', 5998, undefined);
      expect(instance.getAudioTrack()).toBe(microphone);
    },
  ),
  claim('while stopping, an update is 5998', async ({ instance, microphone }) => {
    await instance.startLocalAudio({ option: { audioTrack: microphone } });
    const stopping = instance.stopLocalAudio();
    expectFailure(
      await outcome(() => instance.updateLocalAudio({ mute: true })),
      'rejected',
      5998,
      undefined,
    );
    expect(await settled(stopping)).toEqual(resolved);
  }),
  claim(
    'a picture for a microphone is 5999, a sound for a screen too',
    async ({ instance, microphone, camera }) => {
      expectFailure(
        await outcome(() => instance.startLocalAudio({ option: { audioTrack: camera } })),
        'rejected',
        5999,
        undefined,
      );
      expectFailure(
        await outcome(() => instance.startScreenShare({ option: { videoTrack: microphone } })),
        'rejected',
        5999,
        undefined,
      );
    },
  ),
  claim('a sound for a camera is not looked at', async ({ instance, microphone }) => {
    expect(await outcome(() => instance.startLocalVideo({ option: { videoTrack: microphone } }))).toEqual(
      resolved,
    );
  }),
  claim('stopping a microphone is STOPPED', async ({ instance, trail, microphone }) => {
    await instance.startLocalAudio({ option: { audioTrack: microphone } });
    await instance.stopLocalAudio();
    expect(trail.seen.at(-1)).toMatchObject({
      event: 'audio-play-state-changed',
      payload: { state: 'STOPPED' },
    });
  }),
  claim(
    'a microphone of our own that ends is STOPPED, and no other is opened',
    async ({ instance, trail, microphone }) => {
      await instance.startLocalAudio({ option: { audioTrack: microphone } });
      const before = trail.seen.length;
      microphone.stop();
      // Only a source that fails says so; whoever stops a track hears nothing.
      microphone.dispatchEvent(new Event('ended'));
      expect(trail.seen[before]).toMatchObject({
        event: 'audio-play-state-changed',
        payload: { userId: '', state: 'STOPPED' },
      });
      expect(trail.names().slice(before)).not.toContain('track');
    },
  ),
  claim('a microphone can be started after destroy', async ({ instance, microphone }) => {
    instance.destroy();
    expect(await outcome(() => instance.startLocalAudio({ option: { audioTrack: microphone } }))).toEqual(
      resolved,
    );
    expect(instance.getAudioTrack()).toBe(microphone);
    await instance.stopLocalAudio();
  }),
  claim('tracks can be started while entering', async ({ instance, microphone, camera }, subject) => {
    const more = await subject.world('signalling-hangs');
    void quiet(instance.enterRoom({ sdkAppId: 1, userId: 'ann', userSig: 'x', strRoomId: 'room', ...more }));
    expect(await outcome(() => instance.startLocalAudio({ option: { audioTrack: microphone } }))).toEqual(
      resolved,
    );
    expect(await outcome(() => instance.startLocalVideo({ option: { videoTrack: camera } }))).toEqual(
      resolved,
    );
    instance.destroy();
    await subject.release();
  }),
];
