// Real Chromium and real tracks; the session is a double.
import { act, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AvatarSessionProvider, CameraPreview } from '../src/index';
import { deviceOff } from './fake-media';
import { fakeSession } from './fake-session';

let root: Root;
const tracks: MediaStreamTrack[] = [];

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  for (const track of tracks.splice(0)) track.stop();
  vi.unstubAllGlobals();
});

function picture(width: number): MediaStreamTrack {
  const canvas = Object.assign(document.createElement('canvas'), { width, height: width });
  const brush = canvas.getContext('2d');
  brush?.fillRect(0, 0, width, width);
  const [track] = canvas.captureStream(30).getVideoTracks();
  if (!track) throw new Error('a canvas gives a track');
  const paint = () => {
    brush?.fillRect(0, 0, width, width);
    if (track.readyState === 'live') requestAnimationFrame(paint);
  };
  paint();
  tracks.push(track);
  return track;
}

function shown() {
  const video = document.querySelector('video');
  if (!video) throw new Error('there is a video');
  return video;
}

const render = (session: ReturnType<typeof fakeSession>, preview = <CameraPreview />) =>
  act(() =>
    root.render(
      <StrictMode>
        <AvatarSessionProvider session={session}>{preview}</AvatarSessionProvider>
      </StrictMode>,
    ),
  );

test('shows the camera while there is one, without sound, plays, and lets go of it', async () => {
  const session = fakeSession();
  render(session);
  const video = shown();
  expect([video.srcObject, video.muted]).toEqual([null, true]);

  session.media.track = picture(64);
  act(() => session.change({ camera: { ...deviceOff, status: 'on' } }));
  expect(video.srcObject).toBeInstanceOf(MediaStream);
  await vi.waitFor(() => expect([video.videoWidth, video.paused]).toEqual([64, false]));

  session.media.track = undefined;
  act(() => session.change({ camera: deviceOff }));
  expect(video.srcObject).toBeNull();

  session.media.track = picture(32);
  act(() => session.change({ camera: { ...deviceOff, status: 'on' } }));
  act(() => root.render(null));
  expect(video.srcObject).toBeNull();
  expect(session.listeners.size).toBe(0);
  expect(tracks.map(({ readyState }) => readyState)).toEqual(['live', 'live']);
});

test('shows what a processor makes of it, though nothing in the snapshot says so', async () => {
  const session = fakeSession();
  session.media.track = picture(64);
  render(session);
  await vi.waitFor(() => expect(shown().videoWidth).toBe(64));
  session.media.track = picture(32);
  await vi.waitFor(() => expect(shown().videoWidth).toBe(32));
});

test('is mirrored as a mirror is, unless the camera faces away or the page says otherwise', () => {
  const session = fakeSession();
  render(session);
  expect(shown().style.transform).toBe('scaleX(-1)');
  act(() => session.change({ camera: { ...deviceOff, facing: 'environment' } }));
  expect(shown().style.transform).toBe('');
  render(session, <CameraPreview mirrored style={{ opacity: 0.5 }} className="own" />);
  expect([shown().style.transform, shown().style.opacity, shown().className]).toEqual([
    'scaleX(-1)',
    '0.5',
    'own',
  ]);
  render(session, <CameraPreview mirrored={false} />);
  expect(shown().style.transform).toBe('');
});
