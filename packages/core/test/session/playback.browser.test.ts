/** Real elements, real tracks and the rules of a real Chromium; the page's own script acts, and nobody clicks. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../src/logger';
import { createOutput } from '../../src/session/output';
import { createPlayback } from '../../src/session/playback';
import type { RemoteTrack } from '../../src/transport';

function showing() {
  const states: string[] = [];
  const onBlocked = vi.fn();
  const output = createOutput(() => undefined, silentLogger);
  const playback = createPlayback({
    output,
    onPlayback: (state) => {
      if (states.at(-1) !== state) states.push(state);
    },
    onBlocked,
    onFirstFrame() {},
  });
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  const canvas = document.createElement('canvas');
  canvas.getContext('2d')?.fillRect(0, 0, 9, 9);
  const [track] = canvas.captureStream(30).getTracks();
  if (!track) throw new Error('a canvas has one track');
  const remote: RemoteTrack = { track, kind: 'video', source: 'camera', from: 'avatar', playedBySdk: false };
  const detach = playback.attach(video);
  onTestFinished(() => {
    detach();
    video.remove();
    track.stop();
  });
  return { playback, output, video, remote, states, onBlocked, detach };
}

test('in real Chromium an element paused in a page that nobody touched is blocked, and plays when the page comes back', async () => {
  const { playback, video, remote, states, onBlocked } = showing();
  expect(navigator.userActivation.isActive).toBe(false);
  playback.show([remote]);
  await vi.waitFor(() => expect(states.at(-1)).toBe('playing'));
  video.pause();
  await vi.waitFor(() => expect(states.at(-1)).toBe('blocked'));
  expect(onBlocked).toHaveBeenCalledWith('video');
  playback.wake();
  await vi.waitFor(() => expect(states.at(-1)).toBe('playing'));
  expect(video.paused).toBe(false);
});

test('in real Chromium the end of the tracks, another set of them and detaching are no pause', async () => {
  const { playback, video, remote, states, onBlocked, detach } = showing();
  playback.show([remote]);
  await vi.waitFor(() => expect(states.at(-1)).toBe('playing'));
  remote.track.stop();
  await vi.waitFor(() => expect(video.srcObject).toMatchObject({ active: false }));
  await new Promise(requestAnimationFrame);
  playback.show([]);
  detach();
  await new Promise(requestAnimationFrame);
  expect(onBlocked).not.toHaveBeenCalled();
  expect(states).toEqual(['none', 'playing', 'none']);
});

test('in real Chromium a speaker that does not exist is refused, and the element stays where it was', async () => {
  const { output, video } = showing();
  await expect(output.choose?.('no such speaker')).rejects.toMatchObject({ code: 'device-unavailable' });
  expect(video.sinkId).toBe('');
  await output.choose?.('');
});

test('in real Chromium a click for what is not there, or was taken away, is not waited for', async () => {
  const { playback, video, remote, states } = showing();
  await playback.resume();
  playback.show([remote]);
  await vi.waitFor(() => expect(states.at(-1)).toBe('playing'));
  video.srcObject = null;
  await playback.resume();
  expect(video.paused).toBe(true);
});
