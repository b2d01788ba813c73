/** Tracks to publish: real ones in a browser, placeholders in Node. */

import { PlaceholderTrack } from '../../src/placeholder-track';

export function defaultTrack(kind: 'audio' | 'video'): MediaStreamTrack {
  if (typeof document === 'undefined') return new PlaceholderTrack(kind);
  const stream = kind === 'audio' ? new AudioContext().createMediaStreamDestination().stream : drawnStream();
  const [track] = stream.getTracks();
  if (track === undefined) throw new Error(`this browser made no ${kind} track`);
  return track;
}

function drawnStream(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d')?.fillRect(0, 0, 1, 1);
  return canvas.captureStream();
}
