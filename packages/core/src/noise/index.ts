/**
 * Noise suppression for what the visitor says, by RNNoise of `@sapphi-red/web-noise-suppressor`: its code is passed in, and
 * nothing is downloaded before a microphone is on.
 */

export { type DenoiseOptions, denoise } from './denoise';
export type { NoiseSuppressor } from './noise-suppressor';
