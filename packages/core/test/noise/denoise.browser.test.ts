import otherWorkletUrl from '@sapphi-red/web-noise-suppressor/noiseGateWorklet.js?url';
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdWasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { type AvatarErrorCode, isAvatarError } from '../../src';
import { type DenoiseOptions, denoise, type NoiseSuppressor } from '../../src/noise';
import { levelOf, trackOf } from './support/sounds';
import { watchContexts } from './support/watch-contexts';

/** The type holds our port against the library's own declarations. */
const suppressor: () => Promise<NoiseSuppressor> = () => import('@sapphi-red/web-noise-suppressor');
const files: DenoiseOptions = { suppressor, workletUrl, wasmUrl, simdWasmUrl };
const never = new AbortController().signal;

/** As before a microphone: a browser processes no sound on a page that nobody has touched. */
beforeAll(() => userEvent.click(document.body));

async function denoised(input: MediaStreamTrack, options = files) {
  const processed = await denoise(options).process(input, { signal: never });
  onTestFinished(() => processed.stop());
  return processed;
}

const failure = (code: AvatarErrorCode, named: RegExp) =>
  expect.toSatisfy((error) => isAvatarError(error) && error.code === code && named.test(error.message));

describe('with the real library, its worklet and its WebAssembly', () => {
  test('a fan comes out at least 20 dB quieter, and a voice as loud as it was', async () => {
    const [fan, voice] = [trackOf({ fan: -50 }), trackOf({ voice: 0.5 })];
    const [quiet, spoken] = [await denoised(fan), await denoised(voice)];
    const [fanLevel, voiceLevel, quietLevel, spokenLevel] = (await Promise.all(
      [fan, voice, quiet.track, spoken.track].map((track) => levelOf(track, 2.5)),
    )) as [number, number, number, number];
    expect(quietLevel).toBeLessThan(fanLevel - 20);
    expect(Math.abs(spokenLevel - voiceLevel)).toBeLessThan(3);
  });

  test('WebAssembly without vector instructions does it as well', async () => {
    const { track } = await denoised(trackOf({ voice: 0.5 }), { suppressor, workletUrl, wasmUrl });
    expect(await levelOf(track)).toBeGreaterThan(-45);
  });

  test('one channel comes out of two', async () => {
    const context = new AudioContext();
    onTestFinished(() => context.close());
    const [stereo] = context.createMediaStreamDestination().stream.getAudioTracks() as [MediaStreamTrack];
    const { track } = await denoised(stereo);
    await levelOf(track, 0.1);
    expect(track.getSettings().channelCount).toBe(1);
  });

  test('nothing is loaded or opened before a track is processed', async () => {
    const contexts = watchContexts();
    const load = vi.fn(suppressor);
    const processor = denoise({ ...files, suppressor: load });
    expect(processor.name).toBe('denoise');
    expect(load).not.toHaveBeenCalled();
    expect(contexts).toEqual([]);
    const { stop } = await processor.process(trackOf({}), { signal: never });
    expect(load).toHaveBeenCalledOnce();
    stop();
  });

  test('each track has a context of its own, and the end of one closes it, its track and nothing else', async () => {
    const contexts = watchContexts();
    const [input, other] = [trackOf({}), trackOf({ voice: 0.5 })];
    const one = await denoised(input);
    const two = await denoised(other);
    const listening = vi.spyOn(contexts[0] as AudioContext, 'resume');
    one.stop();
    await expect.poll(() => contexts.map(({ state }) => state)).toEqual(['closed', 'running']);
    expect([one.track.readyState, input.readyState]).toEqual(['ended', 'live']);
    expect([two.track.readyState, other.readyState]).toEqual(['live', 'live']);
    await userEvent.click(document.body);
    expect(listening).not.toHaveBeenCalled();
    expect(await levelOf(two.track)).toBeGreaterThan(-45);
  });

  test('a context that the system suspended, as for a phone call, is woken again', async () => {
    const contexts = watchContexts();
    await denoised(trackOf({}));
    const [context] = contexts as [AudioContext];
    await context.suspend();
    await expect.poll(() => context.state).toBe('running');
  });

  test('where the page must be touched first, it waits for a click: a browser that refuses until then is acted', async () => {
    const resume = AudioContext.prototype.resume;
    let touched = false;
    const refused: (() => void)[] = [];
    const acted = vi.spyOn(AudioContext.prototype, 'resume').mockImplementation(function (
      this: AudioContext,
    ) {
      if (!touched) return new Promise((resolve) => refused.push(resolve));
      for (const resolve of refused) resolve();
      return resume.call(this);
    });
    onTestFinished(() => acted.mockRestore());
    const ready = vi.fn();
    const processing = denoised(trackOf({})).then(ready);
    await vi.waitFor(() => expect(acted).toHaveBeenCalled());
    expect(ready).not.toHaveBeenCalled();
    touched = true;
    await userEvent.click(document.body);
    await processing;
  });
});

describe('an abort rejects with its reason', () => {
  const reason = new Error('enough');

  test('before it began: nothing is opened', async () => {
    const contexts = watchContexts();
    const processing = denoise(files).process(trackOf({}), { signal: AbortSignal.abort(reason) });
    await expect(processing).rejects.toBe(reason);
    expect(contexts).toEqual([]);
  });

  test('while the library is loaded, at once: what was opened is closed', async () => {
    const contexts = watchContexts();
    const input = trackOf({});
    const aborter = new AbortController();
    const processing = denoise({ ...files, suppressor: () => new Promise(() => {}) }).process(input, aborter);
    aborter.abort(reason);
    await expect(processing).rejects.toBe(reason);
    expect(contexts.map(({ state }) => state)).toEqual(['closed']);
    expect(input.readyState).toBe('live');
  });

  test('while the WebAssembly is downloaded: the download is ended too', async () => {
    const contexts = watchContexts();
    const aborter = new AbortController();
    const real = await suppressor();
    let download: AbortSignal | undefined;
    const slow: NoiseSuppressor = {
      ...real,
      loadRnnoise: (addresses, request) => {
        download = request.signal;
        aborter.abort(reason);
        return real.loadRnnoise(addresses, request);
      },
    };
    const processing = denoise({ ...files, suppressor: async () => slow }).process(trackOf({}), aborter);
    await expect(processing).rejects.toBe(reason);
    expect(download?.aborted).toBe(true);
    expect(contexts.map(({ state }) => state)).toEqual(['closed']);
  });

  test('after the library is there too late: nothing is downloaded any more', async () => {
    const aborter = new AbortController();
    const load = vi.fn();
    const addModule = vi.spyOn(AudioWorklet.prototype, 'addModule');
    onTestFinished(() => addModule.mockRestore());
    const real = await suppressor();
    let arrive = (_: NoiseSuppressor) => {};
    const late = new Promise<NoiseSuppressor>((resolve) => {
      arrive = resolve;
    });
    const processing = denoise({ ...files, suppressor: () => late }).process(trackOf({}), aborter);
    aborter.abort(reason);
    await expect(processing).rejects.toBe(reason);
    arrive({ ...real, loadRnnoise: load });
    await new Promise(requestAnimationFrame);
    expect([load.mock.calls, addModule.mock.calls]).toEqual([[], []]);
  });

  test.each<[string, object, string]>([
    ['its worklet is loaded', AudioWorklet.prototype, 'addModule'],
    ['the WebAssembly is compiled', WebAssembly, 'compile'],
    ['it waits for the page to be touched', AudioContext.prototype, 'resume'],
  ])('while %s, which is acted: what was opened is closed, and nothing listens', async (_, owner, call) => {
    const contexts = watchContexts();
    let fail = (_: Error) => {};
    const pending = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const acted = vi.spyOn(owner as Record<string, () => unknown>, call);
    acted.mockImplementation(() => pending);
    onTestFinished(() => acted.mockRestore());
    const aborter = new AbortController();
    const processing = denoise(files).process(trackOf({}), aborter);
    await vi.waitFor(() => expect(acted).toHaveBeenCalled());
    aborter.abort(reason);
    await expect(processing).rejects.toBe(reason);
    expect(contexts.map(({ state }) => state)).toEqual(['closed']);
    acted.mockClear();
    await userEvent.click(document.body);
    expect(acted).not.toHaveBeenCalled();
    fail(new Error('too late'));
  });
});

describe('what cannot be had is named, and nothing stays open', () => {
  const missing = new URL('/there-is-no-such-file', location.href).href;

  test.each<[RegExp, AvatarErrorCode, Partial<DenoiseOptions>]>([
    [/^What suppressor imports/, 'network', { suppressor: () => Promise.reject(new TypeError('404')) }],
    [/^workletUrl/, 'network', { workletUrl: missing }],
    [/^workletUrl/, 'network', { workletUrl: otherWorkletUrl }],
    [/^wasmUrl and simdWasmUrl/, 'network', { wasmUrl: missing, simdWasmUrl: missing }],
    [/^wasmUrl and simdWasmUrl/, 'network', { simdWasmUrl: 'http://127.0.0.1:1/' }],
  ])('%s: %s', async (named, code, wrong) => {
    const contexts = watchContexts();
    const processing = denoise({ ...files, ...wrong }).process(trackOf({}), { signal: never });
    await expect(processing).rejects.toEqual(failure(code, named));
    await expect.poll(() => contexts.map(({ state }) => state)).toEqual(['closed']);
  });

  test('a track that the browser does not process is refused', async () => {
    const [picture] = document.createElement('canvas').captureStream().getVideoTracks() as [MediaStreamTrack];
    onTestFinished(() => picture.stop());
    await expect(denoised(picture)).rejects.toEqual(failure('unsupported', /this track/));
  });

  test("a page's real policy that forbids WebAssembly, or the worklet's address, says so", async () => {
    const { denoise: inFrame, track } = await frameWithPolicy("script-src 'self' 'unsafe-inline'");
    const processing = inFrame(files).process(track, { signal: never });
    await expect(processing).rejects.toEqual(failure('unsupported', /'wasm-unsafe-eval'/));

    const elsewhere = new URL(workletUrl, location.href);
    elsewhere.hostname = 'localhost';
    const refused = inFrame({ ...files, workletUrl: elsewhere.href }).process(track, { signal: never });
    await expect(refused).rejects.toEqual(failure('network', /^workletUrl/));
  });
});

/** Our module, loaded by a page of its own with this Content-Security-Policy. */
async function frameWithPolicy(policy: string) {
  const frame = document.createElement('iframe');
  const address = new URL('../../src/noise/index.ts', import.meta.url).href;
  frame.srcdoc =
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
    `<script type="module">import { denoise } from '${address}'; window.denoise = denoise;</script>`;
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  const inFrame: typeof denoise = Reflect.get(frame.contentWindow as Window, 'denoise');
  return { denoise: inFrame, track: trackOf({}) };
}
