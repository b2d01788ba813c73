/** What arrives at the avatar's side of what the visitor sends, measured there. */

/** The loudest moment of a while: Chromium's fake microphone beeps twice a second. */
const LISTENS_MS = 1_300;

/** Root mean square, 0 to 1. Nothing arrives: 0. */
export async function loudestOf(track: MediaStreamTrack | undefined): Promise<number> {
  if (track === undefined) return 0;
  // Chromium reads sound from the network only while an element plays it.
  const element = Object.assign(document.createElement('video'), { muted: true });
  element.srcObject = new MediaStream([track]);
  const context = new AudioContext();
  try {
    await element.play().catch(() => {});
    await context.resume();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (const end = performance.now() + LISTENS_MS; performance.now() < end; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      analyser.getFloatTimeDomainData(samples);
      const sum = samples.reduce((total, sample) => total + sample * sample, 0);
      loudest = Math.max(loudest, Math.sqrt(sum / samples.length));
    }
    return loudest;
  } finally {
    element.srcObject = null;
    await context.close();
  }
}

export interface FarEye {
  /** Of the frame that came last; zeros before the first. */
  readonly width: number;
  readonly height: number;
  /** Frames so far. */
  readonly frames: number;
  close(): void;
}

/** Watches what is received now, whichever track that is. */
export function watchPicture(received: () => MediaStreamTrack | undefined): FarEye {
  const element = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  document.body.append(element);
  let shown: MediaStreamTrack | undefined;
  let frames = 0;
  let isOver = false;
  const onFrame = () => {
    frames += 1;
    if (!isOver) element.requestVideoFrameCallback(onFrame);
  };
  element.requestVideoFrameCallback(onFrame);
  const look = setInterval(() => {
    const now = received();
    if (now === shown) return;
    shown = now;
    element.srcObject = now === undefined ? null : new MediaStream([now]);
    element.play().catch(() => {});
  }, 20);
  return {
    get width() {
      return element.videoWidth;
    },
    get height() {
      return element.videoHeight;
    },
    get frames() {
      return frames;
    },
    close() {
      isOver = true;
      clearInterval(look);
      element.srcObject = null;
      element.remove();
    },
  };
}
