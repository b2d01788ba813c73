// The adapter in the tab under test, everybody else in a second tab of the same browser.
import type { RemoteEnd } from '@avatarwire/conformance';
import { describeTransport } from '@avatarwire/conformance/vitest';
import { afterAll } from 'vitest';
import { createHarness, type Room } from './conformance-harness';
import { proveMedia, seenBy } from './seen-media';

const chromium = /Chrome\/(\d+)/.exec(navigator.userAgent)?.[1];
const second = openTab();
const made: MediaStreamTrack[] = [];

afterAll(() => second.close());

const tracks: RemoteEnd<Room> = {
  addTrack: async ({ avatar }, kind) => avatar?.publish(sourceOf(kind), await makeTrack(kind)),
  removeTrack: ({ avatar }, kind) => avatar?.unpublish(sourceOf(kind)),
  async replaceTrack({ avatar }, kind) {
    avatar?.unpublish(sourceOf(kind));
    await avatar?.publish(sourceOf(kind), await makeTrack(kind));
  },
  published: ({ avatar }) => seenBy(avatar),
};

const harness = createHarness(
  `BroadcastChannels and RTCPeerConnections between two tabs of Chromium ${chromium}`,
  second,
  { proveMedia, far: tracks },
);

describeTransport(
  'broadcast-channel',
  {
    ...harness,
    async close(room) {
      await harness.close?.(room);
      for (const track of made.splice(0)) track.stop();
    },
  },
  { report: '../conformance.json' },
);

/** A tab has its own channels and peer connections, and may be reached by who opened it. */
function openTab(): Window & typeof globalThis {
  const opened = window.open('about:blank', '_blank', 'popup');
  if (opened === null) throw new Error('This browser opens no second tab.');
  return opened as Window & typeof globalThis;
}

function sourceOf(kind: 'audio' | 'video'): 'microphone' | 'camera' {
  return kind === 'audio' ? 'microphone' : 'camera';
}

async function makeTrack(kind: 'audio' | 'video'): Promise<MediaStreamTrack> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ [kind]: true })).getTracks();
  if (track === undefined) throw new Error(`The fake device gave no ${kind}.`);
  made.push(track);
  return track;
}
