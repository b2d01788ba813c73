import { AvatarError, type AvatarErrorCode } from '../errors';
import type { TrackProcessor } from '../local-media';
import type { NoiseSuppressor } from './noise-suppressor';

export interface DenoiseOptions {
  /** `() => import('@sapphi-red/web-noise-suppressor')`: called when a microphone is processed, and not before. */
  readonly suppressor: () => Promise<NoiseSuppressor>;
  /** Where the page finds the library's `rnnoiseWorklet.js`. */
  readonly workletUrl: string;
  /** Where the page finds its `rnnoise.wasm`. */
  readonly wasmUrl: string;
  /**
   * Where the page finds its `rnnoise_simd.wasm`, for browsers with vector instructions: nearly all.
   *
   * @default `wasmUrl`
   */
  readonly simdWasmUrl?: string;
}

/** RNNoise is trained for this and takes nothing else. Source: the library's comment on its node. */
const SAMPLES_PER_SECOND = 48_000;

/**
 * Takes the noise out of a microphone: `session.microphone.use(denoise({ … }))`. What comes out has one channel. RNNoise
 * itself makes it 13 ms later: 640 samples, which the library collects and gives out again.
 *
 * Where the browser processes no sound before the visitor has touched the page, `process` waits for a click or a key. It
 * rejects with `network` where the library, its worklet or its WebAssembly cannot be loaded; with `unsupported` where the
 * page's policy forbids WebAssembly, or the browser cannot process this track; with `signal.reason` after an abort. Nothing
 * stays open then.
 */
export function denoise(options: DenoiseOptions): TrackProcessor {
  return {
    name: 'denoise',
    async process(input, { signal }) {
      signal.throwIfAborted();
      const context = new AudioContext({ sampleRate: SAMPLES_PER_SECOND });
      const life = new AbortController();
      const output = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      const [track] = output.stream.getAudioTracks() as [MediaStreamTrack];
      const stop = () => {
        life.abort();
        track.stop();
        // With it everything made in it. The library's own `destroy` is heard by nobody: its port is not started.
        context.close().catch(ignore);
      };
      keepAwake(context, life.signal);
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), life);
      });
      try {
        await Promise.race([start(input, output, context, options, signal), aborted]);
        return { track, stop };
      } catch (error) {
        stop();
        throw error;
      }
    },
  };
}

async function start(
  input: MediaStreamTrack,
  output: AudioNode,
  context: AudioContext,
  { suppressor, workletUrl, wasmUrl, simdWasmUrl = wasmUrl }: DenoiseOptions,
  signal: AbortSignal,
): Promise<void> {
  const { loadRnnoise, RnnoiseWorkletNode } = await suppressor().catch(
    failed('network', 'What suppressor imports could not be loaded.'),
  );
  signal.throwIfAborted();
  const noWorklet = failed(
    'network',
    "workletUrl must lead to the library's worklet, and the page's policy allow it.",
  );
  const noWasm = failed('network', "wasmUrl and simdWasmUrl must lead to the library's WebAssembly.");
  const [wasmBinary] = await Promise.all([
    loadRnnoise({ url: wasmUrl, simdUrl: simdWasmUrl }, { signal }).catch(noWasm),
    context.audioWorklet.addModule(workletUrl).catch(noWorklet),
  ]);
  // What is wrong with it nobody would hear of inside the worklet, and the visitor would not be heard at all.
  if (!WebAssembly.validate(wasmBinary)) noWasm(undefined);
  await WebAssembly.compile(wasmBinary).catch(
    failed('unsupported', "The page's policy must allow WebAssembly: 'wasm-unsafe-eval'."),
  );
  let denoiser: AudioNode;
  try {
    denoiser = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
  } catch (cause) {
    // It was loaded, and is another one.
    return noWorklet(cause);
  }
  // Two channels would be calculated twice, and a microphone has one voice.
  denoiser.channelCount = 1;
  denoiser.channelCountMode = 'explicit';
  try {
    context
      .createMediaStreamSource(new MediaStream([input]))
      .connect(denoiser)
      .connect(output);
  } catch (cause) {
    failed('unsupported', 'This browser cannot process this track.')(cause);
  }
  await context.resume();
}

/** The browser suspends a context until the page is touched, and the system does for a phone call. */
function keepAwake(context: AudioContext, signal: AbortSignal): void {
  const wake = () => void context.resume().catch(ignore);
  context.addEventListener('statechange', wake, { signal });
  for (const touch of ['click', 'keydown']) document.addEventListener(touch, wake, { signal });
}

function failed(code: AvatarErrorCode, message: string): (cause: unknown) => never {
  return (cause) => {
    throw new AvatarError(code, message, { cause });
  };
}

const ignore = () => {};
