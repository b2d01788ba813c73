import { AvatarError } from '../errors';
import { type BackgroundSettings, colourKeyOf, require } from './background-settings';
import { createKeyer } from './create-keyer';
import { followFrames } from './frame-loop';
import type { Renderer } from './keyer';

export interface RemoveBackgroundOptions extends BackgroundSettings {
  /** Where the avatar plays, as given to `session.attach`. May be behind the canvas, or transparent. */
  readonly video: HTMLVideoElement;
  /** Shows the avatar without its background. Gets the video's size; how large it looks is up to CSS. */
  readonly canvas: HTMLCanvasElement;
  /** @default 'webgl2' where the browser has it, else '2d' */
  readonly renderer?: Renderer;
  /**
   * A frame could not be drawn, and removal has stopped: `unsupported` for a video of another origin. Without it, the
   * error is thrown where nobody catches it.
   */
  readonly onError?: (error: AvatarError) => void;
}

export interface BackgroundRemoval {
  readonly renderer: Renderer;
  /**
   * Changes what is given, at once, also of a picture that stands still.
   *
   * @throws AvatarError `invalid-argument`, naming the setting; nothing is changed then
   */
  set(settings: BackgroundSettings): void;
  /** Empties the canvas and lets go of everything. Any number of times; the canvas can be used again. */
  stop(): void;
}

/** How to end what draws on a canvas. */
const removals = new WeakMap<HTMLCanvasElement, () => void>();

/**
 * Draws the video on the canvas without its background: each of its frames once, and none while the canvas is out of
 * sight. A canvas that is not in the document is drawn on as well. Another removal on the same canvas ends this one.
 *
 * @throws AvatarError `invalid-argument`, naming the option; `unsupported` where the canvas gives no context
 */
export function removeBackground(options: RemoveBackgroundOptions): BackgroundRemoval {
  const { video, canvas, renderer, onError } = options;
  require(video?.nodeName === 'VIDEO', 'video', 'a video element');
  require(canvas?.nodeName === 'CANVAS', 'canvas', 'a canvas element');
  require(renderer === undefined ||
    renderer === 'webgl2' ||
    renderer === '2d', 'renderer', "'webgl2' or '2d'");
  let settings: BackgroundSettings = options;
  let key = colourKeyOf(settings);
  const life = new AbortController();
  const { signal } = life;
  removals.get(canvas)?.();
  const keyer = createKeyer(canvas, renderer, draw, signal);
  removals.set(canvas, stop);
  let unfollow: (() => void) | undefined = followFrames(video, draw);

  function draw(): void {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
    try {
      keyer.draw(video, video.videoWidth, video.videoHeight, key);
    } catch (error) {
      stop();
      const failure = failureOf(error);
      if (!onError) throw failure;
      onError(failure);
    }
  }

  const sight = new IntersectionObserver((entries) => {
    const wanted = !canvas.isConnected || entries.at(-1)?.isIntersecting === true;
    if (wanted === (unfollow !== undefined)) return;
    unfollow?.();
    unfollow = wanted ? followFrames(video, draw) : undefined;
    if (wanted) draw();
  });

  function stop(): void {
    if (signal.aborted) return;
    life.abort();
    unfollow?.();
    sight.disconnect();
    keyer.release();
  }

  // Before it is played a video shows its first frame, and nothing once it was emptied.
  video.addEventListener('loadeddata', draw, { signal });
  video.addEventListener('emptied', keyer.clear, { signal });
  sight.observe(canvas);
  draw();

  return {
    renderer: keyer.renderer,
    set(changes) {
      const wanted = { ...settings, ...changes };
      key = colourKeyOf(wanted);
      settings = wanted;
      if (!signal.aborted) draw();
    },
    stop,
  };
}

function failureOf(cause: unknown): AvatarError {
  const foreign = cause instanceof DOMException && cause.name === 'SecurityError';
  return new AvatarError(
    'unsupported',
    foreign
      ? 'The video is of another origin: set its crossorigin attribute, and let its server allow this page.'
      : 'The browser could not draw the video.',
    { cause },
  );
}
