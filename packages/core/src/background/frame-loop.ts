/** Calls `draw` once for each new frame of the video, until the function returned is called. */
export function followFrames(video: HTMLVideoElement, draw: () => void): () => void {
  if (!('requestVideoFrameCallback' in video)) return followTime(video, draw);
  let handle = 0;
  const next = () => {
    handle = video.requestVideoFrameCallback(() => {
      // First, so that what draws can also end it.
      next();
      draw();
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(handle);
}

/** Browsers without `requestVideoFrameCallback` tell at least that time went on. */
function followTime(video: HTMLVideoElement, draw: () => void): () => void {
  let handle = 0;
  let drawnAt = video.currentTime;
  const next = () => {
    handle = requestAnimationFrame(() => {
      next();
      if (video.currentTime === drawnAt) return;
      drawnAt = video.currentTime;
      draw();
    });
  };
  next();
  return () => cancelAnimationFrame(handle);
}
