import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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
  const element = Object.assign(new EventTarget(), {
    isConnected: true,
    ended: false,
    srcObject: null as PageStream | null,
    plays: 0,
    async play() {
      element.plays++;
      if (refused.now) throw new DOMException('Click first.', 'NotAllowedError');
    },
    requestVideoFrameCallback: (_callback?: () => void) => 0,
  });
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

test('an element attached again and again carries the listeners of one, and none once it is detached', () => {
  const { session } = stage();
  const { element, video } = videoElement();
  const listeners = () => ['playing', 'pause'].map((type) => getEventListeners(element, type).length);
  const detach = [session.attach(video), session.attach(video), session.attach(video)].at(-1);
  expect(listeners()).toEqual([1, 1]);
  detach?.();
  expect(listeners()).toEqual([0, 0]);
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

test('what an SDK resumes by itself plays, and where it tells of that its resume alone is no proof', async () => {
  const { session, live, transport } = stage();
  await live();
  transport().emit('track-added', remoteTrack('audio', true));
  let play: () => void = () => {};
  const resumed = new Promise<void>((resolve) => (play = resolve));
  transport().emit('playback-blocked', { kind: 'audio', resume: async () => {}, resumed });
  await session.resumePlayback();
  expect(session.getSnapshot().playback).toBe('blocked');
  play();
  await resumed;
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

describe('an element that was paused, and not by us', () => {
  async function playing({ hidden = false, isActive = false as boolean | 'unknown' } = {}) {
    const page = new EventTarget();
    const document = Object.assign(new EventTarget(), { hidden, visibilityState: 'hidden' });
    vi.stubGlobal('window', page);
    vi.stubGlobal('document', document);
    vi.stubGlobal('navigator', isActive === 'unknown' ? {} : { userActivation: { isActive } });
    const given = stage();
    const { element, video, refused } = videoElement();
    const blocked: string[] = [];
    given.session.on('playback-blocked', ({ kind }) => blocked.push(kind));
    const detach = given.session.attach(video);
    await given.live();
    given.transport().emit('track-added', remoteTrack('audio'));
    await given.clock.advance(0);
    const playback = () => given.session.getSnapshot().playback;
    const comeBack = async (event: 'visibilitychange' | 'pageshow' = 'visibilitychange') => {
      Object.assign(document, { hidden: false, visibilityState: 'visible' });
      (event === 'pageshow' ? page : document).dispatchEvent(new Event(event));
      await given.clock.advance(0);
    };
    const pause = () => element.dispatchEvent(new Event('pause'));
    return { ...given, element, refused, blocked, detach, playback, comeBack, pause };
  }

  test.each(['visibilitychange', 'pageshow'] as const)(
    'by the system behind a hidden page plays again on %s',
    async (event) => {
      const { element, pause, playback, comeBack, blocked } = await playing({ hidden: true, isActive: true });
      const { plays } = element;
      pause();
      expect(playback()).toBe('none');
      expect(element.plays).toBe(plays);
      await comeBack(event);
      expect(element.plays).toBe(plays + 1);
      expect(playback()).toBe('playing');
      expect(blocked).toEqual([]);
    },
  );

  test('and refused then, it waits for a click, as any refusal does', async () => {
    const { session, refused, pause, playback, comeBack, blocked } = await playing({ hidden: true });
    pause();
    refused.now = true;
    await comeBack();
    expect(playback()).toBe('blocked');
    expect(blocked).toEqual(['audio']);
    refused.now = false;
    await session.resumePlayback();
    expect(playback()).toBe('playing');
  });

  test('in a page that nobody touched is the system’s doing, too: a click is asked for, or its return', async () => {
    const { element, pause, playback, comeBack, blocked } = await playing({ isActive: false });
    const { plays } = element;
    pause();
    expect(playback()).toBe('blocked');
    expect(blocked).toEqual(['audio']);
    await comeBack();
    expect(element.plays).toBe(plays + 1);
    expect(playback()).toBe('playing');
  });

  test.each([
    ['a page that was touched', true],
    ['a browser that does not tell', 'unknown'],
  ] as const)('in %s is somebody’s wish: nothing plays it again but a wish', async (_name, isActive) => {
    const { session, element, pause, playback, comeBack, blocked, transport } = await playing({ isActive });
    const { plays } = element;
    pause();
    expect(playback()).toBe('none');
    await comeBack();
    transport().emit('track-added', remoteTrack('video'));
    expect(element.plays).toBe(plays);
    expect(blocked).toEqual([]);
    await session.resumePlayback();
    expect(element.plays).toBe(plays + 1);
    expect(playback()).toBe('playing');
  });

  test('by a wish plays by a wish: the controls of the element tell', async () => {
    const { element, pause, playback, comeBack, transport } = await playing({ isActive: true });
    pause();
    element.dispatchEvent(new Event('playing'));
    expect(playback()).toBe('playing');
    const { plays } = element;
    await comeBack();
    expect(element.plays).toBe(plays);
    transport().emit('track-added', remoteTrack('video'));
    expect(element.plays).toBe(plays + 1);
  });

  test('by a wish plays in the next conversation', async () => {
    const { session, element, pause, live, transport, clock } = await playing({ isActive: true });
    pause();
    await session.close();
    await live();
    const { plays } = element;
    transport().emit('track-added', remoteTrack('video'));
    await clock.advance(0);
    expect(element.plays).toBe(plays + 1);
  });

  test('because it came to its end, or left the page, is not blocked', async () => {
    const { element, pause, playback, blocked } = await playing();
    element.ended = true;
    pause();
    expect(playback()).toBe('playing');
    element.ended = false;
    element.isConnected = false;
    pause();
    expect(playback()).toBe('none');
    expect(blocked).toEqual([]);
  });

  test('is no longer watched once it is detached, nor after the end', async () => {
    const { session, element, pause, comeBack, detach, playback } = await playing({ hidden: true });
    const { plays } = element;
    pause();
    await session.close();
    pause();
    await comeBack();
    detach();
    pause();
    expect(element.plays).toBe(plays);
    expect(playback()).toBe('none');
  });
});
