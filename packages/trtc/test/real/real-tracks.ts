/** Real tracks, of Chromium's fake devices, and the proof that one carries something. */

/** Chromium's; TypeScript does not declare it. */
declare class MediaStreamTrackProcessor {
  constructor(init: { readonly track: MediaStreamTrack });
  readonly readable: ReadableStream<{ close(): void }>;
}

const FRAMES = 3;

export interface Devices {
  open(kind: 'audio' | 'video'): MediaStreamTrack;
  /** Ends what was opened since the last time. */
  release(): void;
}

export async function openDevices(): Promise<Devices> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  let opened: MediaStreamTrack[] = [];
  return {
    open(kind) {
      const track = stream.getTracks().find((candidate) => candidate.kind === kind);
      if (track === undefined) throw new Error(`there is no ${kind} device`);
      const own = track.clone();
      opened.push(own);
      return own;
    },
    release() {
      for (const track of opened) track.stop();
      opened = [];
    },
  };
}

/** Resolves when a few frames of sound or picture have come out of it. */
export async function proveMedia(track: MediaStreamTrack): Promise<void> {
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  try {
    for (let frame = 0; frame < FRAMES; frame += 1) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the ${track.kind} track ended after ${frame} frames`);
      value.close();
    }
  } finally {
    await reader.cancel();
  }
}
