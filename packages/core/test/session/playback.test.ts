import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RemoteTrack } from '../../src/transport';
import { stage } from '../support/stage';

/** What a page's MediaStream does with tracks. */
class PageStream {
  readonly #tracks = new Set<unknown>();
  getTracks = () => [...this.#tracks];
  addTrack = (track: unknown) => void this.#tracks.add(track);
  removeTrack = (track: unknown) => void this.#tracks.delete(track);
}

beforeEach(() => vi.stubGlobal('MediaStream', PageStream));
afterEach(() => vi.unstubAllGlobals());

/** An element of a page in which `refused` says whether the browser lets it play. */
function videoElement(refused = { now: false }) {
  const element = {
    srcObject: null as PageStream | null,
    plays: 0,
    async play() {
      element.plays++;
      if (refused.now) throw new DOMException('Click first.', 'NotAllowedError');
    },
    requestVideoFrameCallback: () => 0,
  };
  return { element, video: element as unknown as HTMLVideoElement, refused };
}

function remoteTrack(kind: 'audio' | 'video', playedBySdk = false): RemoteTrack {
  return { track: { kind } as MediaStreamTrack, kind, source: 'unknown', from: 'avatar', playedBySdk };
}

test('an element shows the tracks of the avatar, attached before or after they come', async () => {
  const { session, live, transport } = stage();
  const early = videoElement();
  session.attach(early.video);
  await live();
  const picture = remoteTrack('video');
  const sound = remoteTrack('audio');
  transport().emit('track-added', picture);
  transport().emit('track-added', sound);
  const late = videoElement();
  session.attach(late.video);
  for (const { element } of [early, late]) {
    expect(element.srcObject?.getTracks()).toEqual([picture.track, sound.track]);
  }
  transport().emit('track-removed', picture);
  expect(early.element.srcObject?.getTracks()).toEqual([sound.track]);
});

test('while one of two elements is refused, playback is blocked although the other plays', async () => {
  const { session, live, transport, clock } = stage();
  const muted = videoElement();
  const loud = videoElement({ now: true });
  session.attach(loud.video);
  session.attach(muted.video);
  const blocked: string[] = [];
  session.on('playback-blocked', ({ kind }) => blocked.push(kind));
  await live();
  transport().emit('track-added', remoteTrack('audio'));
  transport().emit('track-added', remoteTrack('video'));
  await clock.advance(0);
  expect(session.getSnapshot().playback).toBe('blocked');
  expect(blocked).toEqual(['audio']);
  loud.refused.now = false;
  await session.resumePlayback();
  expect(session.getSnapshot().playback).toBe('playing');
});

test('an element that was refused and is detached blocks nothing any more', async () => {
  const { session, live, transport, clock } = stage();
  session.attach(videoElement().video);
  const refused = videoElement({ now: true });
  const detach = session.attach(refused.video);
  await live();
  transport().emit('track-added', remoteTrack('video'));
  await clock.advance(0);
  detach();
  expect(refused.element.srcObject).toBeNull();
  expect(session.getSnapshot().playback).toBe('playing');
});

test('an element attached twice stays until the newer attachment is taken back', async () => {
  const { session, live, transport } = stage();
  const { element, video } = videoElement();
  const first = session.attach(video);
  const second = session.attach(video);
  await live();
  transport().emit('track-added', remoteTrack('video'));
  first();
  expect(element.srcObject?.getTracks()).toHaveLength(1);
  second();
  expect(element.srcObject).toBeNull();
});

test('what the SDK plays itself is attached to nothing, and stays blocked while its resume is refused', async () => {
  const { session, live, transport } = stage();
  const { element, video } = videoElement();
  session.attach(video);
  await live();
  transport().emit('track-added', remoteTrack('audio', true));
  let refuse = true;
  transport().emit('playback-blocked', {
    kind: 'audio',
    resume: async () => {
      if (refuse) throw new Error('no click');
    },
  });
  expect(element.srcObject).toBeNull();
  await session.resumePlayback();
  expect(session.getSnapshot().playback).toBe('blocked');
  refuse = false;
  await session.resumePlayback();
  expect(session.getSnapshot().playback).toBe('playing');
});

test('a refusal to the SDK is forgotten with the tracks it was about', async () => {
  const { session, live, transport } = stage();
  await live();
  transport().emit('track-added', remoteTrack('audio', true));
  transport().emit('playback-blocked', { kind: 'audio', resume: async () => {} });
  expect(session.getSnapshot().playback).toBe('blocked');
  await session.close();
  expect(session.getSnapshot().playback).toBe('none');
});

test('a session closed by the listener that hears of live shows nothing afterwards', async () => {
  const { session, clock, transport } = stage();
  const { element, video } = videoElement();
  session.attach(video);
  session.on('state-changed', ({ state }) => void (state === 'live' && session.close()));
  session.connect().catch(() => {});
  await clock.advance(0);
  transport().emit('track-added', remoteTrack('video'));
  await clock.advance(0);
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', playback: 'none' });
  expect(element.srcObject).toBeNull();
});

test('the first picture is timed also when it comes before the join is complete', async () => {
  let join: () => void = () => {};
  const { session, clock, transport } = stage({
    script: () => ({
      connect: () =>
        new Promise((resolve) => {
          join = () => resolve({ localId: 'me', maxPacketBytes: 1_024, canSend: true });
        }),
    }),
  });
  const { element, video } = videoElement();
  let onFrame: () => void = () => {};
  element.requestVideoFrameCallback = (callback?: () => void) => {
    onFrame = callback ?? onFrame;
    return 0;
  };
  session.attach(video);
  const connecting = session.connect();
  await clock.advance(0);
  transport().emit('track-added', remoteTrack('video'));
  await clock.advance(70);
  onFrame();
  join();
  await connecting;
  expect(session.getSnapshot().timings.firstFrameMs).toBe(70);
});
