/** What is used of `@sapphi-red/web-noise-suppressor`, 0.4.1; a type test holds it against the library's own. */

export interface NoiseSuppressor {
  loadRnnoise(
    files: { readonly url: string; readonly simdUrl: string },
    request: { readonly signal: AbortSignal },
  ): Promise<ArrayBuffer>;
  readonly RnnoiseWorkletNode: new (
    context: AudioContext,
    options: { readonly maxChannels: number; readonly wasmBinary: ArrayBuffer },
  ) => AudioNode;
}
