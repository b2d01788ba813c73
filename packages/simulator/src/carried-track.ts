/**
 * What arrives of a track that is sent: a track of its own, which ends by itself. A picture goes frame by frame where the
 * browser can do that, as over a network: a clone would keep the size that it was made with, and Chromium changes the size
 * of no camera that has one.
 */
export function carried(source: MediaStreamTrack): MediaStreamTrack {
  const canCarry =
    typeof MediaStreamTrackProcessor === 'function' && typeof MediaStreamTrackGenerator === 'function';
  return canCarry && source.kind === 'video' && source instanceof MediaStreamTrack
    ? carryFrames(source)
    : source.clone();
}

/** Chromium's; not in TypeScript's declarations. */
declare class MediaStreamTrackProcessor {
  constructor(init: { readonly track: MediaStreamTrack });
  readonly readable: ReadableStream<VideoFrame>;
}
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { readonly kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

function carryFrames(source: MediaStreamTrack): MediaStreamTrack {
  const arriving = new MediaStreamTrackGenerator({ kind: 'video' });
  const over = new AbortController();
  const stop = arriving.stop.bind(arriving);
  arriving.stop = () => {
    stop();
    over.abort();
  };
  new MediaStreamTrackProcessor({ track: source }).readable
    .pipeTo(arriving.writable, { signal: over.signal })
    // Its sender has stopped it, or nobody receives it any more.
    .catch(() => {});
  return arriving;
}
