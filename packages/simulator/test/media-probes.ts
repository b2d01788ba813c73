/** What a visitor would see and hear of a track, as numbers. Runs in a browser. */

export interface SeenFrames {
  readonly presented: number;
  readonly width: number;
  readonly height: number;
  /** The last picture is not the first. */
  readonly different: boolean;
}

/** Plays a video track until `wanted` frames more have been shown. */
export async function countFrames(track: MediaStreamTrack, wanted: number): Promise<SeenFrames> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  document.body.append(video);
  try {
    await video.play();
    const first = await nextFrame(video);
    const before = picture(video);
    let frame = first;
    while (frame.presentedFrames < first.presentedFrames + wanted) frame = await nextFrame(video);
    return {
      presented: frame.presentedFrames - first.presentedFrames,
      width: frame.width,
      height: frame.height,
      different: before !== picture(video),
    };
  } finally {
    video.srcObject = null;
    video.remove();
  }
}

function nextFrame(video: HTMLVideoElement): Promise<VideoFrameCallbackMetadata> {
  return new Promise((resolve) => video.requestVideoFrameCallback((_, metadata) => resolve(metadata)));
}

function picture(video: HTMLVideoElement): string {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 64;
  canvas.getContext('2d')?.drawImage(video, 0, 0, 64, 64);
  return canvas.toDataURL();
}

export interface Ear {
  /** Root mean square of the samples of the next `ms`, 0 to 1. */
  level(ms: number): Promise<number>;
  close(): Promise<void>;
}

export async function listenTo(track: MediaStreamTrack): Promise<Ear> {
  const stream = new MediaStream([track]);
  // Chromium decodes remote audio only for a stream that an element plays.
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  await element.play();
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2_048;
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    async level(ms) {
      const end = context.currentTime + ms / 1_000;
      let sum = 0;
      let count = 0;
      while (context.currentTime < end) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) sum += sample * sample;
        count += samples.length;
      }
      return Math.sqrt(sum / count);
    },
    async close() {
      source.disconnect();
      element.srcObject = null;
      await context.close();
    },
  };
}
