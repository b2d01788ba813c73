import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AvatarError, isAvatarError } from '../../src';
import { type RemoveBackgroundOptions, removeBackground } from '../../src/background';
import type { Renderer } from '../../src/background/keyer';
import {
  createSource,
  createStage,
  GREEN,
  nextFrame,
  play,
  playMemoryFrames,
  SKIN,
  showFrame,
} from './support/green-stage';
import { pixelsOf } from './support/pictures';

const RENDERERS: readonly Renderer[] = ['webgl2', '2d'];

function start(options: RemoveBackgroundOptions) {
  const removal = removeBackground(options);
  onTestFinished(() => removal.stop());
  return removal;
}

/** Premultiplied, at these shares of width and height; in the turn in which it was drawn. */
function pixelAt(canvas: HTMLCanvasElement, u: number, v: number): number[] {
  const at = (Math.floor(v * canvas.height) * canvas.width + Math.floor(u * canvas.width)) * 4;
  return [...pixelsOf(canvas).subarray(at, at + 4)];
}
const corner = (canvas: HTMLCanvasElement) => pixelAt(canvas, 0.1, 0.1);
const middle = (canvas: HTMLCanvasElement) => pixelAt(canvas, 0.5, 0.5);

/** What a real stream makes of a colour may differ a little. */
const about = (wanted: number) =>
  expect.toSatisfy((value: number) => Math.abs(value - wanted) <= 6, `about ${wanted}`);
const skin = [about(224), about(172), about(140), 255];
const nothing = [0, 0, 0, 0];

/** Frames drawn by WebGL in the whole page. */
function countUploads() {
  const upload = vi.spyOn(WebGL2RenderingContext.prototype, 'texImage2D');
  onTestFinished(() => upload.mockRestore());
  return upload;
}

/** Reads what WebGL draws next, in its turn: at shares of width and height. */
function nextDraw(canvas: HTMLCanvasElement): Promise<(u: number, v: number) => number[]> {
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  return new Promise((resolve) => {
    const draw = vi.spyOn(gl, 'drawArrays').mockImplementationOnce((...given) => {
      draw.mockRestore();
      gl.drawArrays(...given);
      const pixels = pixelsOf(canvas);
      resolve((u, v) => {
        const at = (Math.floor(v * canvas.height) * canvas.width + Math.floor(u * canvas.width)) * 4;
        return [...pixels.subarray(at, at + 4)];
      });
    });
  });
}

/** The frames made of a video from here on. */
function watchFrames(): VideoFrame[] {
  const made: VideoFrame[] = [];
  const construct = (original: typeof VideoFrame, given: unknown[]) => {
    const frame: VideoFrame = Reflect.construct(original, given);
    if (given[0] instanceof HTMLVideoElement) made.push(frame);
    return frame;
  };
  vi.stubGlobal('VideoFrame', new Proxy(VideoFrame, { construct }));
  onTestFinished(() => void vi.unstubAllGlobals());
  return made;
}

const frames = async (count: number) => {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
};

describe.each(RENDERERS)('from a real captured stream, on a real %s canvas', (renderer) => {
  test('the screen is gone and the figure stays, in the size of the video', async () => {
    const { video, canvas } = createStage();
    const source = createSource(160, 120);
    expect(start({ video, canvas, renderer }).renderer).toBe(renderer);
    await play(video, source);
    await showFrame(video, source, GREEN, SKIN);
    expect([canvas.width, canvas.height]).toEqual([160, 120]);
    expect(corner(canvas)).toEqual(nothing);
    expect(middle(canvas)).toEqual(skin);
  });

  test('the size follows the video, and is set only when it changes', async () => {
    const { video, canvas } = createStage();
    const source = createSource(160, 120);
    await play(video, source);
    start({ video, canvas, renderer });
    const sizes = vi.spyOn(canvas, 'width', 'set');
    await showFrame(video, source, GREEN, SKIN);
    source.resize(240, 180);
    await expect
      .poll(async () => {
        await showFrame(video, source, GREEN, SKIN);
        return canvas.width;
      })
      .toBe(240);
    await showFrame(video, source, GREEN, SKIN);
    expect(sizes.mock.calls).toEqual([[240]]);
    expect(canvas.height).toBe(180);
    expect(middle(canvas)).toEqual(skin);
  });

  test('a setting acts at once on a picture that stands still, and a wrong one changes nothing', async () => {
    const { video, canvas } = createStage();
    await play(video, createSource());
    video.pause();
    const removal = start({ video, canvas, renderer });
    expect(corner(canvas)).toEqual(nothing);
    removal.set({ key: '#0047bb' });
    expect(corner(canvas)[3]).toBe(255);
    expect(() => removal.set({ key: '#00b140', spill: 3 })).toThrow(/^spill/);
    removal.set({ innerRadius: 0.1 });
    expect(corner(canvas)[3]).toBe(255);
  });

  test('another stream in the element is drawn like the one before, and an emptied element shows nothing', async () => {
    const { video, canvas } = createStage();
    await play(video, createSource());
    start({ video, canvas, renderer });
    expect(middle(canvas)).toEqual(skin);
    const emptied = new Promise((resolve) => video.addEventListener('emptied', resolve, { once: true }));
    video.srcObject = null;
    await emptied;
    expect(middle(canvas)).toEqual(nothing);

    const other = createSource(80, 60);
    await play(video, other);
    await showFrame(video, other, GREEN, 'rgb(60 60 200)');
    expect(middle(canvas)).toEqual([about(60), about(60), about(200), 255]);
    expect(canvas.width).toBe(80);
  });

  test('after the end the canvas is empty, nothing is drawn, and the canvas can be used again', async () => {
    const { video, canvas } = createStage();
    const source = createSource();
    await play(video, source);
    const first = removeBackground({ video, canvas, renderer });
    first.stop();
    first.stop();
    expect(middle(canvas)).toEqual(nothing);
    await showFrame(video, source, GREEN, SKIN);
    first.set({ spill: 0 });
    expect(middle(canvas)).toEqual(nothing);

    start({ video, canvas, renderer });
    await showFrame(video, source, GREEN, SKIN);
    expect(middle(canvas)).toEqual(skin);
  });
});

describe.each(RENDERERS)('a second removal on one real %s canvas', (renderer) => {
  test('takes it over: the video before is not drawn any more, and its end changes nothing', async () => {
    const [{ video, canvas }, { video: other }] = [createStage(), createStage()];
    const [source, blue] = [createSource(), createSource(80, 60)];
    await play(video, source);
    await play(other, blue);
    const first = start({ video, canvas, renderer });
    start({ video: other, canvas, renderer });
    await showFrame(other, blue, GREEN, 'rgb(60 60 200)');
    await showFrame(video, source, GREEN, SKIN);
    expect(canvas.width).toBe(80);
    first.stop();
    await showFrame(other, blue, GREEN, 'rgb(60 60 200)');
    expect([corner(canvas), middle(canvas)]).toEqual([nothing, [about(60), about(60), about(200), 255]]);
  });
});

test('one video is drawn on two canvases, each with settings of its own', async () => {
  const [{ video, canvas }, { canvas: other }] = [createStage(), createStage()];
  const source = createSource();
  await play(video, source);
  start({ video, canvas });
  const second = start({ video, canvas: other, key: '#0047bb' });
  await showFrame(video, source, GREEN, SKIN);
  expect([corner(canvas)[3], corner(other)[3]]).toEqual([0, 255]);
  second.stop();
  await showFrame(video, source, GREEN, SKIN);
  expect([middle(canvas), middle(other)]).toEqual([skin, nothing]);
});

describe('a frame that lies in memory, as from a decoder', () => {
  const copies = () => {
    const copy = vi.spyOn(VideoFrame.prototype, 'copyTo');
    onTestFinished(() => copy.mockRestore());
    return copy;
  };

  test('is copied and not converted while the page waits, and looks the same', async () => {
    const { video, canvas } = createStage();
    const source = await playMemoryFrames(video);
    const [copy, upload] = [copies(), countUploads()];
    start({ video, canvas, renderer: 'webgl2' });
    await expect.poll(() => upload.mock.calls.length).toBeGreaterThan(0);
    upload.mockClear();
    const drawn = nextDraw(canvas);
    source.show();
    expect((await drawn)(0.1, 0.1)).toEqual(nothing);
    expect((await drawn)(0.5, 0.5)).toEqual(skin);
    expect(copy).toHaveBeenCalled();
    expect(upload.mock.calls.map((given) => given.at(-1))).toEqual([expect.any(Uint8Array)]);
  });

  test.each<[string, () => Promise<PlaneLayout[]>]>([
    ['refuses to turn it into RGBA', () => Promise.reject(new TypeError('no'))],
    ['copies it as it is', async () => Array(3).fill({ offset: 0, stride: 0 })],
  ])('is drawn by WebGL where the browser %s, and is not copied again', async (_, acted) => {
    const { video, canvas } = createStage();
    const source = await playMemoryFrames(video);
    const copy = copies().mockImplementation(acted);
    const first = nextDraw(canvas);
    start({ video, canvas, renderer: 'webgl2' });
    expect((await first)(0.5, 0.5)).toEqual(skin);
    const drawn = nextDraw(canvas);
    source.show();
    expect((await drawn)(0.5, 0.5)).toEqual(skin);
    expect(copy).toHaveBeenCalledOnce();
  });

  test('on a GPU, of which the format tells nothing, it is not copied', async () => {
    const { video, canvas } = createStage();
    await playMemoryFrames(video);
    const copy = copies();
    const format = vi.spyOn(VideoFrame.prototype, 'format', 'get').mockReturnValue(null);
    onTestFinished(() => format.mockRestore());
    const drawn = nextDraw(canvas);
    start({ video, canvas, renderer: 'webgl2' });
    expect((await drawn)(0.5, 0.5)).toEqual(skin);
    expect(copy).not.toHaveBeenCalled();
  });

  test('is closed, whatever becomes of it, and is drawn at once while another is still being copied', async () => {
    const made = watchFrames();
    const { video, canvas } = createStage();
    const source = await playMemoryFrames(video);
    const copyTo = VideoFrame.prototype.copyTo;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    copies().mockImplementation(async function (this: VideoFrame, ...given) {
      await held;
      return copyTo.apply(this, given);
    });
    start({ video, canvas, renderer: 'webgl2' });
    const upload = countUploads();
    const drawn = nextDraw(canvas);
    source.show();
    expect((await drawn)(0.5, 0.5)).toEqual(skin);
    expect(upload).toHaveBeenCalledOnce();

    release();
    await expect.poll(() => made.map(({ codedWidth }) => codedWidth)).toEqual(made.map(() => 0));
    expect(made.length).toBeGreaterThan(0);
    expect(upload).toHaveBeenCalledOnce();
  });

  test('is drawn by WebGL where the browser makes no VideoFrame of an element', async () => {
    const { video, canvas } = createStage();
    await playMemoryFrames(video);
    const refuse = () => {
      throw new DOMException('no', 'InvalidStateError');
    };
    vi.stubGlobal('VideoFrame', new Proxy(VideoFrame, { construct: refuse }));
    onTestFinished(() => void vi.unstubAllGlobals());
    const onError = vi.fn();
    start({ video, canvas, renderer: 'webgl2', onError });
    expect(middle(canvas)).toEqual(skin);
    expect(onError).not.toHaveBeenCalled();
  });

  test('is not drawn any more when its copy is there after the end', async () => {
    const { video, canvas } = createStage();
    await playMemoryFrames(video);
    const removal = removeBackground({ video, canvas, renderer: 'webgl2' });
    removal.stop();
    const draw = vi.spyOn(WebGL2RenderingContext.prototype, 'drawArrays');
    onTestFinished(() => draw.mockRestore());
    await frames(3);
    expect(draw).not.toHaveBeenCalled();
    expect(middle(canvas)).toEqual(nothing);
  });
});

test('each frame is uploaded once, and none while the video is paused', async () => {
  const { video, canvas } = createStage();
  const source = createSource();
  await play(video, source);
  start({ video, canvas });
  await frames(3);
  const upload = countUploads();
  for (let shown = 0; shown < 5; shown++) await showFrame(video, source, GREEN, SKIN);
  expect(upload).toHaveBeenCalledTimes(5);
  video.pause();
  source.show(GREEN, SKIN);
  await frames(5);
  expect(upload).toHaveBeenCalledTimes(5);
});

test('a canvas out of sight costs nothing, and shows the picture of the moment when it is seen again', async () => {
  const { video, canvas } = createStage();
  const source = createSource();
  await play(video, source);
  start({ video, canvas });
  await frames(3);
  canvas.style.display = 'none';
  await frames(3);
  const upload = countUploads();
  for (let shown = 0; shown < 3; shown++) await showFrame(video, source, GREEN, SKIN);
  expect(upload).not.toHaveBeenCalled();

  await showFrame(video, source, GREEN, 'rgb(60 60 200)');
  const seen = new Promise<number[]>((resolve) => {
    upload.mockRestore();
    vi.spyOn(WebGL2RenderingContext.prototype, 'drawArrays').mockImplementationOnce(function (
      this: WebGL2RenderingContext,
      ...given
    ) {
      this.drawArrays(...given);
      resolve(middle(canvas));
    });
  });
  canvas.style.display = '';
  expect(await seen).toEqual([about(60), about(60), about(200), 255]);
});

test('a canvas that is not in the document is drawn on', async () => {
  const { video, canvas } = createStage();
  canvas.remove();
  const source = createSource();
  await play(video, source);
  start({ video, canvas });
  await frames(3);
  await showFrame(video, source, GREEN, SKIN);
  await showFrame(video, source, GREEN, 'rgb(60 60 200)');
  expect(middle(canvas)).toEqual([about(60), about(60), about(200), 255]);
});

test('a lost context is made anew, and the picture is there again', async () => {
  const { video, canvas } = createStage();
  await play(video, createSource());
  start({ video, canvas, renderer: 'webgl2' });
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  const loss = gl.getExtension('WEBGL_lose_context') as WEBGL_lose_context;
  const happened = (name: string) =>
    new Promise((resolve) => canvas.addEventListener(name, resolve, { once: true }));
  const lost = happened('webglcontextlost');
  loss.loseContext();
  await lost;
  const restored = happened('webglcontextrestored').then(() => middle(canvas));
  await frames(1);
  loss.restoreContext();
  expect(await restored).toEqual(skin);
});

test('a canvas whose context is lost while nothing is removed on it, or meanwhile stopped, is drawn on when it is restored', async () => {
  const { video, canvas } = createStage();
  await play(video, createSource());
  const first = start({ video, canvas, renderer: 'webgl2' });
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  const loss = gl.getExtension('WEBGL_lose_context') as WEBGL_lose_context;
  const happened = (name: string) =>
    new Promise((resolve) => canvas.addEventListener(name, resolve, { once: true }));
  const lost = happened('webglcontextlost');
  loss.loseContext();
  await lost;
  first.stop();
  start({ video, canvas, renderer: 'webgl2' });
  const restored = happened('webglcontextrestored').then(() => middle(canvas));
  await frames(1);
  loss.restoreContext();
  expect(await restored).toEqual(skin);
});

test('the end lets go of textures, programs, listeners and frames', async () => {
  const { video, canvas } = createStage();
  await play(video, createSource());
  const added = [video, canvas].map((target) => vi.spyOn(target, 'addEventListener'));
  const listening = () =>
    added.flatMap(({ mock }) =>
      mock.calls.filter(([, , options]) => !(typeof options === 'object' && options.signal?.aborted)),
    );
  const requested = vi.spyOn(video, 'requestVideoFrameCallback');
  const cancelled = vi.spyOn(video, 'cancelVideoFrameCallback');
  const unobserved = vi.spyOn(IntersectionObserver.prototype, 'disconnect');
  onTestFinished(() => unobserved.mockRestore());

  const removal = removeBackground({ video, canvas });
  expect(listening()).toHaveLength(4);
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  const texture = gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture;
  const program = gl.getParameter(gl.CURRENT_PROGRAM) as WebGLProgram;
  expect([gl.isTexture(texture), gl.isProgram(program)]).toEqual([true, true]);

  removal.stop();
  expect([gl.isTexture(texture), gl.isProgram(program)]).toEqual([false, false]);
  expect(listening()).toEqual([]);
  expect(cancelled.mock.calls.at(-1)).toEqual([requested.mock.results.at(-1)?.value]);
  expect(unobserved).toHaveBeenCalled();
});

test('without WebGL2, canvas 2D takes its place; without either, it is refused', async () => {
  const { video, canvas } = createStage();
  await play(video, createSource());
  const real = canvas.getContext.bind(canvas);
  const only2d = (kind: string, options?: unknown) => (kind === '2d' ? real('2d', options as object) : null);
  Object.defineProperty(canvas, 'getContext', { value: only2d });
  const removal = start({ video, canvas });
  expect(removal.renderer).toBe('2d');
  expect([corner(canvas), middle(canvas)]).toEqual([nothing, skin]);

  const taken = document.createElement('canvas');
  taken.getContext('bitmaprenderer');
  for (const renderer of [undefined, ...RENDERERS]) {
    expect(() => removeBackground({ video, canvas: taken, ...(renderer && { renderer }) })).toThrow(
      expect.toSatisfy((error) => isAvatarError(error) && error.code === 'unsupported'),
    );
  }
});

describe.each(RENDERERS)('a real file of another origin, on a real %s canvas', (renderer) => {
  /** The same server under its other name, which makes it another origin. */
  const foreignUrl = () => {
    const url = new URL('./support/green.webm', import.meta.url);
    url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    return url.href;
  };

  test('ends it with an error that says what to change', async () => {
    const { video, canvas } = createStage();
    const failure = new Promise<AvatarError>((onError) => {
      start({ video, canvas, renderer, onError });
    });
    video.src = foreignUrl();
    await expect(failure).resolves.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('its crossorigin attribute'),
    });
    video.removeAttribute('src');
  });

  test('is drawn when it was asked for with crossorigin, also before it is played', async () => {
    const { video, canvas } = createStage();
    const onError = vi.fn();
    start({ video, canvas, renderer, onError, key: '#0047bb', spill: 0 });
    video.crossOrigin = 'anonymous';
    const shown = nextFrame(video);
    video.src = foreignUrl();
    await shown;
    expect([canvas.width, canvas.height]).toEqual([16, 16]);
    expect(middle(canvas)).toEqual([about(0), about(177), about(64), 255]);
    expect(onError).not.toHaveBeenCalled();
  });
});

test('without onError, a frame that cannot be drawn is thrown to whoever calls', async () => {
  const { video, canvas } = createStage();
  await play(video, createSource());
  vi.spyOn(WebGL2RenderingContext.prototype, 'texImage2D').mockImplementationOnce(() => {
    throw new DOMException('no', 'InvalidStateError');
  });
  expect(() => removeBackground({ video, canvas })).toThrow(
    expect.toSatisfy((error) => isAvatarError(error) && error.code === 'unsupported'),
  );
});

test('a browser without video frame callbacks draws each frame as time goes on', async () => {
  const { video, canvas } = createStage();
  const source = createSource();
  await play(video, source);
  const [proto, name] = [HTMLVideoElement.prototype, 'requestVideoFrameCallback'] as const;
  const own = Object.getOwnPropertyDescriptor(proto, name) as PropertyDescriptor;
  const bring = () => Object.defineProperty(proto, name, own);
  onTestFinished(() => void bring());
  Reflect.deleteProperty(proto, name);
  const removal = start({ video, canvas, renderer: '2d' });
  source.show(GREEN, 'rgb(60 60 200)');
  await expect.poll(() => middle(canvas)[2]).toEqual(about(200));
  removal.stop();
  source.show(GREEN, SKIN);
  await frames(5);
  expect(middle(canvas)).toEqual(nothing);
});

test.each(['video', 'canvas'] as const)('a missing %s is refused by its name', (name) => {
  const options: RemoveBackgroundOptions = createStage();
  expect(() => removeBackground(Object.assign(options, { [name]: null }))).toThrow(
    new RegExp(`^${name} must be`),
  );
});

test('an unknown renderer is refused by its name', () => {
  const options: object = { ...createStage(), renderer: 'webgl' };
  expect(() => removeBackground(options as RemoveBackgroundOptions)).toThrow(/^renderer must be/);
});
