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

interface Attached {
  readonly element: HTMLVideoElement;
  /** The one that we made for it. */
  stream?: MediaStream | undefined;
  playback: SessionSnapshot['playback'];
}

export function createPlayback({ onPlayback, onBlocked, onFirstFrame }: PlaybackOptions): Playback {
  const attached = new Map<HTMLVideoElement, Attached>();
  let shown: readonly MediaStreamTrack[] = [];
  const refusedToSdk = new Set<() => Promise<void>>();
  let sdkResumed = false;

  /** One refusal is what the visitor must hear of, whatever plays beside it. */
  function tell(): void {
    const all = [...attached.values()].map(({ playback }) => playback);
    if (refusedToSdk.size > 0 || all.includes('blocked')) onPlayback('blocked');
    else onPlayback(sdkResumed || all.includes('playing') ? 'playing' : 'none');
  }

  function fill(one: Attached): void {
    const { element } = one;
    if (shown.length === 0) {
      one.stream = undefined;
      one.playback = 'none';
      element.srcObject = null;
      return;
    }
    one.stream ??= new MediaStream();
    const { stream } = one;
    for (const track of stream.getTracks()) if (!shown.includes(track)) stream.removeTrack(track);
    for (const track of shown) stream.addTrack(track);
    if (element.srcObject !== stream) element.srcObject = stream;
    watchFirstFrame(element);
    void play(one);
  }

  function watchFirstFrame(element: HTMLVideoElement): void {
    if ('requestVideoFrameCallback' in element) element.requestVideoFrameCallback(onFirstFrame);
    else (element as HTMLVideoElement).addEventListener('loadeddata', onFirstFrame, { once: true });
  }

  async function play(one: Attached): Promise<void> {
    let playback: Attached['playback'] = 'playing';
    try {
      await one.element.play();
    } catch (error) {
      // A newer load interrupts an older play(); only a refusal is the visitor's business.
      if (!(error instanceof DOMException && error.name === 'NotAllowedError')) return;
      playback = 'blocked';
    }
    if (attached.get(one.element) !== one || shown.length === 0 || one.playback === playback) return;
    one.playback = playback;
    tell();
    if (playback === 'blocked') onBlocked(shown.some(({ kind }) => kind === 'audio') ? 'audio' : 'video');
  }

  return {
    attach(element) {
      const one: Attached = { element, playback: 'none' };
      attached.set(element, one);
      element.playsInline = true;
      fill(one);
      return () => {
        // Attached again meanwhile, it is no longer ours to take away.
        if (attached.get(element) !== one) return;
        attached.delete(element);
        element.srcObject = null;
        tell();
      };
    },
    show(tracks) {
      const next = tracks.filter(({ playedBySdk }) => !playedBySdk).map(({ track }) => track);
      if (tracks.length === 0) {
        refusedToSdk.clear();
        sdkResumed = false;
      }
      if (next.length !== shown.length || !next.every((track) => shown.includes(track))) {
        shown = next;
        for (const one of attached.values()) fill(one);
      }
      tell();
    },
    blockedBySdk(kind, resume) {
      refusedToSdk.add(resume);
      tell();
      onBlocked(kind);
    },
    async resume() {
      // All are started before the first is awaited: a click allows them only for a moment.
      const bySdk = [...refusedToSdk].map(async (resume) => {
        await resume();
        if (refusedToSdk.delete(resume)) sdkResumed = true;
      });
      await Promise.allSettled([...bySdk, ...[...attached.values()].map(play)]);
      tell();
    },
  };
}
