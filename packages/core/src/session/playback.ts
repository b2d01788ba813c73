/** Shows the avatar's tracks in the elements that the application attaches. */

import type { RemoteTrack } from '../transport';
import type { SessionSnapshot } from './session-types';

export interface Playback {
  attach(element: HTMLVideoElement): () => void;
  /** The avatar's tracks are now these. */
  show(tracks: readonly RemoteTrack[]): void;
  /** The SDK plays by itself and was refused. */
  blockedBySdk(kind: 'audio' | 'video', resume: () => Promise<void>): void;
  resume(): Promise<void>;
}

export interface PlaybackOptions {
  readonly onPlayback: (playback: SessionSnapshot['playback']) => void;
  readonly onBlocked: (kind: 'audio' | 'video') => void;
  readonly onFirstFrame: () => void;
}

export function createPlayback({ onPlayback, onBlocked, onFirstFrame }: PlaybackOptions): Playback {
  /** Each with the stream that we made for it. */
  const elements = new Map<HTMLVideoElement, MediaStream | undefined>();
  let shown: readonly MediaStreamTrack[] = [];
  let resumeSdk: (() => Promise<void>)[] = [];

  function fill(element: HTMLVideoElement): void {
    if (shown.length === 0) {
      elements.set(element, undefined);
      element.srcObject = null;
      return;
    }
    const stream = elements.get(element) ?? new MediaStream();
    elements.set(element, stream);
    for (const track of stream.getTracks()) if (!shown.includes(track)) stream.removeTrack(track);
    for (const track of shown) stream.addTrack(track);
    if (element.srcObject !== stream) element.srcObject = stream;
    watchFirstFrame(element);
    void play(element);
  }

  function watchFirstFrame(element: HTMLVideoElement): void {
    if ('requestVideoFrameCallback' in element) element.requestVideoFrameCallback(onFirstFrame);
    else (element as HTMLVideoElement).addEventListener('loadeddata', onFirstFrame, { once: true });
  }

  async function play(element: HTMLVideoElement): Promise<void> {
    try {
      await element.play();
      if (elements.has(element) && shown.length > 0) onPlayback('playing');
    } catch (error) {
      // A newer load interrupts an older play(); only a refusal is the visitor's business.
      if (!(error instanceof DOMException && error.name === 'NotAllowedError') || !elements.has(element))
        return;
      onPlayback('blocked');
      onBlocked(shown.some(({ kind }) => kind === 'audio') ? 'audio' : 'video');
    }
  }

  return {
    attach(element) {
      element.playsInline = true;
      fill(element);
      return () => {
        if (!elements.delete(element)) return;
        element.srcObject = null;
        if (elements.size === 0) onPlayback('none');
      };
    },
    show(tracks) {
      const next = tracks.filter(({ playedBySdk }) => !playedBySdk).map(({ track }) => track);
      if (tracks.length === 0) resumeSdk = [];
      if (next.length === shown.length && next.every((track) => shown.includes(track))) return;
      shown = next;
      for (const element of elements.keys()) fill(element);
      if (shown.length === 0) onPlayback('none');
    },
    blockedBySdk(kind, resume) {
      resumeSdk.push(resume);
      onPlayback('blocked');
      onBlocked(kind);
    },
    async resume() {
      const resuming = resumeSdk;
      resumeSdk = [];
      // All are started before the first is awaited: a click allows them only for a moment.
      await Promise.allSettled([...resuming.map((resume) => resume()), ...[...elements.keys()].map(play)]);
      if (resuming.length > 0 && elements.size === 0) onPlayback('playing');
    },
  };
}
