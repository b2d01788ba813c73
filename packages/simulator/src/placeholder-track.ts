/** What the memory avatar shows where nothing can be drawn: Node has no `MediaStreamTrack`. */

let count = 0;

/** A track without media, with the events and the state of a real one. */
export class PlaceholderTrack extends EventTarget implements MediaStreamTrack {
  readonly id: string;
  readonly kind: 'audio' | 'video';
  readonly label = 'placeholder';
  readonly muted = false;
  contentHint = '';
  enabled = true;
  onended = null;
  onmute = null;
  onunmute = null;
  #readyState: MediaStreamTrackState = 'live';

  constructor(kind: 'audio' | 'video') {
    super();
    count += 1;
    this.kind = kind;
    this.id = `placeholder-${kind}-${count}`;
  }

  get readyState(): MediaStreamTrackState {
    return this.#readyState;
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve();
  }

  clone(): PlaceholderTrack {
    return new PlaceholderTrack(this.kind);
  }

  getCapabilities(): MediaTrackCapabilities {
    return {};
  }

  getConstraints(): MediaTrackConstraints {
    return {};
  }

  getSettings(): MediaTrackSettings {
    return {};
  }

  stop(): void {
    this.#readyState = 'ended';
  }
}

/** In a browser a real track of an empty canvas, which a video element takes; elsewhere placeholders. */
export function defaultTracks(): readonly MediaStreamTrack[] {
  const drawn = typeof MediaStreamTrack === 'undefined' ? undefined : captureCanvas();
  return drawn ? [drawn] : [new PlaceholderTrack('audio'), new PlaceholderTrack('video')];
}

function captureCanvas(): MediaStreamTrack | undefined {
  const canvas = document.createElement('canvas');
  // Without a context there is nothing to capture.
  if (!('captureStream' in canvas) || !canvas.getContext('2d')) return undefined;
  return canvas.captureStream().getVideoTracks()[0];
}
