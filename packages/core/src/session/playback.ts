/** Shows the avatar's tracks in the elements that the application attaches. */

import type { RemoteTrack, TransportEvents } from '../transport';
import type { Output } from './output';
import type { SessionSnapshot } from './session-types';

export interface Playback {
  attach(element: HTMLVideoElement): () => void;
  /** A new conversation: nobody's wish for silence is left of the last one. */
  begin(): void;
  /** The avatar's tracks are now these. */
  show(tracks: readonly RemoteTrack[]): void;
  /** The SDK plays by itself and was refused. */
  blockedBySdk(refusal: Refusal): void;
  /** The page is in front again: what the system stopped meanwhile goes on. */
  wake(): void;
  resume(): Promise<void>;
}

export interface PlaybackOptions {
  readonly output: Pick<Output, 'add'>;
  readonly onPlayback: (playback: SessionSnapshot['playback']) => void;
  readonly onBlocked: (kind: 'audio' | 'video') => void;
  readonly onFirstFrame: () => void;
}

type Refusal = TransportEvents['playback-blocked'];

interface Attached {
  readonly element: HTMLVideoElement;
  /** Aborted when it is let go. */
  readonly listening: AbortController;
  /** The one that we made for it. */
  stream?: MediaStream | undefined;
  playback: SessionSnapshot['playback'];
  /** Who paused it, if it is: a wish is respected, an interruption is got over. */
  pausedBy?: 'page' | 'system' | undefined;
}

export function createPlayback(options: PlaybackOptions): Playback {
  const { output, onPlayback, onBlocked, onFirstFrame } = options;
  const attached = new Map<HTMLVideoElement, Attached>();
  let shown: readonly MediaStreamTrack[] = [];
  const refusedToSdk = new Set<Refusal>();
  let sdkResumed = false;

  /** One refusal is what the visitor must hear of, whatever plays beside it. */
  function tell(): void {
    const all = [...attached.values()].map(({ playback }) => playback);
    if (refusedToSdk.size > 0 || all.includes('blocked')) onPlayback('blocked');
    else onPlayback(sdkResumed || all.includes('playing') ? 'playing' : 'none');
  }

  function playsBySdk(refusal: Refusal): void {
    if (!refusedToSdk.delete(refusal)) return;
    sdkResumed = true;
    tell();
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
    if ('requestVideoFrameCallback' in element) element.requestVideoFrameCallback(onFirstFrame);
    if (one.pausedBy !== 'page') void play(one);
  }

  async function play(one: Attached): Promise<void> {
    // An element with nothing in it would let us wait for ever.
    if (one.element.srcObject !== one.stream) return;
    try {
      await one.element.play();
      became(one, 'playing');
    } catch (error) {
      // A newer load interrupts an older play(); only a refusal is the visitor's business.
      if (error instanceof DOMException && error.name === 'NotAllowedError') became(one, 'blocked');
    }
  }

  function became(one: Attached, playback: Attached['playback']): void {
    if (attached.get(one.element) !== one || shown.length === 0) return;
    if (playback === 'playing') one.pausedBy = undefined;
    if (one.playback === playback) return;
    one.playback = playback;
    tell();
    if (playback === 'blocked') onBlocked(shown.some(({ kind }) => kind === 'audio') ? 'audio' : 'video');
  }

  /** Nothing tells who paused an element. The system does so behind our back, or when nobody has touched the page. */
  function onPause(one: Attached): void {
    const { element } = one;
    if (shown.length === 0 || element.ended) return;
    const untouched = element.isConnected && navigator.userActivation?.isActive === false;
    one.pausedBy = document.hidden || untouched ? 'system' : 'page';
    became(one, untouched && !document.hidden ? 'blocked' : 'none');
  }

  return {
    attach(element) {
      const giveBack = output.add(element);
      attached.get(element)?.listening.abort();
      const one: Attached = { element, listening: new AbortController(), playback: 'none' };
      attached.set(element, one);
      element.addEventListener('playing', () => became(one, 'playing'), one.listening);
      element.addEventListener('pause', () => onPause(one), one.listening);
      element.playsInline = true;
      fill(one);
      return () => {
        // Attached again meanwhile, it is no longer ours to take away.
        if (attached.get(element) !== one) return;
        one.listening.abort();
        attached.delete(element);
        giveBack();
        element.srcObject = null;
        tell();
      };
    },
    begin() {
      for (const one of attached.values()) one.pausedBy = undefined;
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
    blockedBySdk(refusal) {
      refusedToSdk.add(refusal);
      refusal.resumed?.then(
        () => playsBySdk(refusal),
        () => {},
      );
      tell();
      onBlocked(refusal.kind);
    },
    wake() {
      for (const one of attached.values()) if (one.pausedBy === 'system') void play(one);
    },
    async resume() {
      // All are started before the first is awaited: a click allows them only for a moment.
      const bySdk = [...refusedToSdk].map(async (refusal) => {
        await refusal.resume();
        // Where the SDK tells that it plays, its having tried is no proof.
        if (!refusal.resumed) playsBySdk(refusal);
      });
      await Promise.allSettled([...bySdk, ...[...attached.values()].map(play)]);
    },
  };
}
