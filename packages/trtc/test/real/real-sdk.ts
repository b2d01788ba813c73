/** The real SDK, at both ends of the peer range, and what tests of it have in common. */

import { afterEach, beforeEach, expect, onTestFinished } from 'vitest';
import { commands } from 'vitest/browser';
import type { TrtcModule } from '../../src/trtc-sdk';
import { countIntervals, handlersOf, type Watched } from './watched-sdk';

export interface Version {
  readonly version: string;
  readonly load: () => Promise<TrtcModule>;
  readonly manifest: () => Promise<{ readonly version: string }>;
}

/** The lowest of the peer range and the one we develop with. That they compile here is half of the test. */
export const versions: readonly Version[] = [
  {
    version: '5.14.1',
    load: () => import('trtc-sdk-v5-oldest'),
    manifest: () => import('trtc-sdk-v5-oldest/package.json'),
  },
  {
    version: '5.17.1',
    load: () => import('trtc-sdk-v5'),
    manifest: () => import('trtc-sdk-v5/package.json'),
  },
];

/** No test gets out of this machine, and none leaves a rejection that nobody handles. */
export function standAlone(): void {
  const unhandled: unknown[] = [];
  const onUnhandled = (event: PromiseRejectionEvent) => {
    unhandled.push(event.reason);
    event.preventDefault();
  };

  beforeEach(async () => {
    // The SDK keeps there where it was sent the last time.
    localStorage.removeItem('trtc_schedule_cache');
    await commands.trtcOutside('refused');
    window.addEventListener('unhandledrejection', onUnhandled);
  });

  afterEach(async () => {
    await commands.trtcRelease();
    window.removeEventListener('unhandledrejection', onUnhandled);
    expect(unhandled.splice(0)).toEqual([]);
  });
}

/** Once a connection is over, nothing of it is left: no handler, no interval, no instance that is not destroyed. */
export async function leavesNothing(watched: Watched, intervals: { running(): number }): Promise<void> {
  await expect.poll(() => watched.leftAtDestroy).toEqual(watched.clients.map(() => 0));
  expect(watched.clients.map(handlersOf)).toEqual(watched.clients.map(() => 0));
  await expect.poll(() => intervals.running()).toBe(0);
}

export function intervalsOfThisTest(): { running(): number } {
  const intervals = countIntervals();
  onTestFinished(intervals.stop);
  return intervals;
}

export function devices(): {
  readonly audio: () => Promise<MediaStreamTrack>;
  readonly video: () => Promise<MediaStreamTrack>;
} {
  const open = async (kind: 'audio' | 'video') => {
    const [track] = (await navigator.mediaDevices.getUserMedia({ [kind]: true })).getTracks();
    if (track === undefined) throw new Error(`there is no ${kind} device`);
    onTestFinished(() => track.stop());
    return track;
  };
  return { audio: () => open('audio'), video: () => open('video') };
}
