import type { TrackProcessor } from '@avatarwire/core';
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdWasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';

/** Noise suppression with RNNoise. The library, its worklet and its code are downloaded when it is first used. */
export async function noiseSuppression(): Promise<TrackProcessor> {
  const { denoise } = await import('@avatarwire/core/noise');
  const suppressor = () => import('@sapphi-red/web-noise-suppressor');
  return denoise({ suppressor, workletUrl, wasmUrl, simdWasmUrl });
}
