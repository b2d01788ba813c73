let count = 0;

/** A track of ours where there is no browser: with the state of a real one, and nothing in it. */
export class LocalTrackDouble extends EventTarget implements MediaStreamTrack {
  readonly id: string;
  readonly label = 'a double';
  readonly muted = false;
  contentHint = '';
  enabled = true;
  onended = null;
  onmute = null;
  onunmute = null;
  readyState: MediaStreamTrackState = 'live';

  constructor(readonly kind: 'audio' | 'video') {
    super();
    count += 1;
    this.id = `our ${kind} ${count}`;
  }

  async applyConstraints(): Promise<void> {}

  clone(): LocalTrackDouble {
    return new LocalTrackDouble(this.kind);
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
    this.readyState = 'ended';
  }
}
