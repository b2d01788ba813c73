/** A video that plays one picture again and again, as frames in the format that a decoder gives: I420. */

/** Chromium's, and in no list of types yet. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(options: { readonly kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

export async function playFrames(
  picture: ImageData,
  framesPerSecond: number,
): Promise<{ readonly video: HTMLVideoElement; end(): void }> {
  const { width, height } = picture;
  const planes = i420Of(picture);
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  const writer = track.writable.getWriter();
  const startedAt = performance.now();
  const write = () => {
    const timestamp = Math.round((performance.now() - startedAt) * 1_000);
    const frame = new VideoFrame(planes, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp,
    });
    void writer.write(frame);
  };
  const timer = setInterval(write, 1_000 / framesPerSecond);
  const video = document.createElement('video');
  video.muted = true;
  video.style.cssText = 'position:fixed;bottom:0;left:0;width:160px;height:90px';
  video.srcObject = new MediaStream([track]);
  document.body.append(video);
  await video.play();
  return {
    video,
    end() {
      clearInterval(timer);
      track.stop();
      video.srcObject = null;
      video.remove();
    },
  };
}

/** BT.709 in the limited range, as a frame without a colour space is taken for. */
function i420Of({ data, width, height }: ImageData): Uint8Array<ArrayBuffer> {
  const planes = new Uint8Array((width * height * 3) / 2);
  const [blues, reds] = [width * height, (width * height * 5) / 4];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const red = data[at] ?? 0;
      const green = data[at + 1] ?? 0;
      const blue = data[at + 2] ?? 0;
      const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      planes[y * width + x] = 16 + (light * 219) / 255;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const chroma = ((y / 2) * width) / 2 + x / 2;
      planes[blues + chroma] = 128 + (((blue - light) / 1.8556) * 224) / 255;
      planes[reds + chroma] = 128 + (((red - light) / 1.5748) * 224) / 255;
    }
  }
  return planes;
}
