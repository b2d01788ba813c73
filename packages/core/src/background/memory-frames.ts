import type { Picture } from './keyer';

/** Resolves with RGBA from the top, or with nothing where that cannot be had. */
type CopyFrame = (
  picture: Picture,
  width: number,
  height: number,
) => Promise<Uint8Array | undefined> | undefined;

/**
 * Copies frames that lie in memory, as they do where there is no GPU to decode or to show them: given to WebGL as they are,
 * Chromium keeps the page waiting for their conversion, 9 ms for 720p where the copy takes 1. Frames on a GPU are not
 * copied, since that would wait for the GPU.
 */
export function memoryFrames(): CopyFrame {
  // While one is copied, and for good where that failed, frames take the way that does not wait.
  let usable = 'VideoFrame' in globalThis;
  let pixels = new Uint8Array();

  async function copy(frame: VideoFrame): Promise<Uint8Array | undefined> {
    usable = false;
    try {
      const { length: planes } = await frame.copyTo(pixels, { format: 'RGBA' });
      // A browser that does not know `format` has copied three planes.
      usable = planes === 1;
    } catch {}
    frame.close();
    return usable ? pixels : undefined;
  }

  return (picture, width, height) => {
    if (!usable || !(picture instanceof HTMLVideoElement)) return;
    let frame: VideoFrame;
    try {
      frame = new VideoFrame(picture);
    } catch {
      // The browser makes none of an element, or has nothing to show yet. What is foreign WebGL refuses as well.
      return;
    }
    const { format, visibleRect } = frame;
    if (format !== 'I420' || visibleRect?.width !== width || visibleRect.height !== height) {
      frame.close();
      return;
    }
    if (pixels.length !== width * height * 4) pixels = new Uint8Array(width * height * 4);
    return copy(frame);
  };
}
