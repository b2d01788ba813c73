/** Real tracks, of the fake devices of Chromium, and proof that one carries something. */

/** Chromium's; not in TypeScript's declarations. */
declare class MediaStreamTrackProcessor {
  constructor(init: { readonly track: MediaStreamTrack });
  readonly readable: ReadableStream<{ close(): void }>;
}

export interface RealTracks {
  /** Live until `stop`. */
  make(kind: 'audio' | 'video'): MediaStreamTrack;
  /** Ends those that were made. */
  stop(): void;
}

/** Opens microphone and camera. */
export async function openDevices(): Promise<RealTracks> {
  const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const made: MediaStreamTrack[] = [];
  return {
    make(kind) {
      const track = devices
        .getTracks()
        .find((opened) => opened.kind === kind)
        ?.clone();
      if (track === undefined) throw new Error(`there is no ${kind} device`);
      made.push(track);
      return track;
    },
    stop() {
      for (const track of made.splice(0)) track.stop();
    },
  };
}

/** Resolves when some frames of picture or sound have come out of the track. */
export async function proveMedia(track: MediaStreamTrack): Promise<void> {
  const copy = track.clone();
  const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
  try {
    for (let frames = 0; frames < 3; frames += 1) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the ${track.kind} track ended after ${frames} frames`);
      value.close();
    }
  } finally {
    await reader.cancel();
    copy.stop();
  }
}
