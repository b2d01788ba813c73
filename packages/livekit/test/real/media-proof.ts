/** Chromium's; not in TypeScript's declarations. */
declare class MediaStreamTrackProcessor {
  constructor(init: { readonly track: MediaStreamTrack });
  readonly readable: ReadableStream<{ close(): void }>;
}

/** Resolves when a few frames of picture or sound have come out of the track. */
export async function receivesMedia(track: MediaStreamTrack): Promise<void> {
  // Chromium decodes sound from the network only while an element plays it.
  const element = document.createElement('video');
  element.muted = true;
  element.srcObject = new MediaStream([track]);
  const copy = track.clone();
  const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
  try {
    await element.play();
    for (let frames = 0; frames < 3; frames += 1) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the ${track.kind} track ended after ${frames} frames`);
      value.close();
    }
  } finally {
    await reader.cancel();
    copy.stop();
    element.srcObject = null;
  }
}
