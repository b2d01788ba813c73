/** The two filters that a voice needs. */

export interface Resonator {
  /** Both in hertz. */
  tune(frequency: number, bandwidth: number): void;
  next(input: number): number;
}

/** One formant: a peak at a frequency, everything far below it unchanged. */
export function createResonator(sampleRate: number): Resonator {
  let gain = 1;
  let first = 0;
  let second = 0;
  let before = 0;
  let beforeThat = 0;
  return {
    tune(frequency, bandwidth) {
      const radius = Math.exp((-Math.PI * bandwidth) / sampleRate);
      second = -radius * radius;
      first = 2 * radius * Math.cos((2 * Math.PI * frequency) / sampleRate);
      gain = 1 - first - second;
    },
    next(input) {
      const output = gain * input + first * before + second * beforeThat;
      beforeThat = before;
      before = output;
      return output;
    },
  };
}

/** Lets through what lies about a frequency: colours noise. */
export function createBandPass(sampleRate: number): Resonator {
  let feed = 0;
  let first = 0;
  let second = 0;
  let input1 = 0;
  let input2 = 0;
  let output1 = 0;
  let output2 = 0;
  return {
    tune(frequency, bandwidth) {
      const angle = (2 * Math.PI * Math.min(frequency, sampleRate * 0.45)) / sampleRate;
      const alpha = (Math.sin(angle) * bandwidth) / (2 * frequency);
      const scale = 1 + alpha;
      feed = alpha / scale;
      first = (2 * Math.cos(angle)) / scale;
      second = -(1 - alpha) / scale;
    },
    next(input) {
      const output = feed * (input - input2) + first * output1 + second * output2;
      input2 = input1;
      input1 = input;
      output2 = output1;
      output1 = output;
      return output;
    },
  };
}

/** Takes the edge off: 6 dB less with each octave above `cutoff`. */
export function createLowPass(sampleRate: number, cutoff: number): (input: number) => number {
  const share = 1 - Math.exp((-2 * Math.PI * cutoff) / sampleRate);
  let output = 0;
  return (input) => {
    output += share * (input - output);
    return output;
  };
}
