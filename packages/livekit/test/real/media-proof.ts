/** Resolves when a few frames of picture, or sound, have come out of the track. */
export async function receivesMedia(track: MediaStreamTrack): Promise<void> {
  // Browsers decode what comes from the network only while an element plays it.
  const element = document.createElement('video');
  element.muted = true;
  element.srcObject = new MediaStream([track]);
  try {
    await element.play();
    await (track.kind === 'video' ? frames(element) : sound(element));
  } finally {
    element.srcObject = null;
  }
}

async function frames(element: HTMLVideoElement): Promise<void> {
  for (let seen = 0; seen < 3; seen += 1)
    await new Promise((resolve) => element.requestVideoFrameCallback(resolve));
}

/** An element's time goes on with the samples that it plays, and stands still without. */
async function sound(element: HTMLVideoElement): Promise<void> {
  const begun = element.currentTime;
  while (element.currentTime <= begun + 0.05)
    await new Promise((resolve) => element.addEventListener('timeupdate', resolve, { once: true }));
}
