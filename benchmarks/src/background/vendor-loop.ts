/**
 * The background removal of the public demo page of HeyGen's streaming avatar, re-stated in our own words and code: what
 * ours is compared with. For each picture of the display, not of the video, it sizes the canvas anew, draws, reads
 * everything back, and writes it again.
 */
export function startVendorLoop(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  drawn: (startedAt: number) => void,
): () => void {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('there is no canvas 2D');
  let handle = 0;
  const draw = () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    const { data } = image;
    for (let at = 0; at < data.length; at += 4) {
      const red = data[at] as number;
      const green = data[at + 1] as number;
      const blue = data[at + 2] as number;
      if (green > 90 && red < 90 && blue < 90) data[at + 3] = 0;
    }
    context.putImageData(image, 0, 0);
  };
  const next = () => {
    handle = requestAnimationFrame(() => {
      const startedAt = performance.now();
      draw();
      drawn(startedAt);
      next();
    });
  };
  next();
  return () => cancelAnimationFrame(handle);
}
