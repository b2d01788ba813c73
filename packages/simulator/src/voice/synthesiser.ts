import { seededRandom } from '../random';
import { createBandPass, createLowPass, createResonator } from './filters';
import { type PlannedSound, type SpeechPlan, soundIndexAt } from './speech-plan';

/** The voice's own pitch, in hertz. */
const PITCH = 178;
/** Set so that running speech measures about -18 dBFS; a test holds it. */
const LEVEL = 0.37;
/** How far the upper formants are raised against the first, for clear vowels at a low level: seconds of slope. */
const BRIGHTNESS_S = 5 / 48_000;
/** How often the targets are looked at, in samples. */
const CONTROL = 32;

interface Controls {
  formant1: number;
  formant2: number;
  formant3: number;
  voicing: number;
  noise: number;
  noiseHz: number;
  pitch: number;
}

/** Samples of a plan from the given one on: pulses through three formants, and coloured noise. */
export function createSynthesiser(plan: SpeechPlan, sampleRate: number, first: number): { next(): number } {
  const formants = [
    createResonator(sampleRate),
    createResonator(sampleRate),
    createResonator(sampleRate),
  ] as const;
  const top = createResonator(sampleRate);
  top.tune(3_700, 320);
  const air = createBandPass(sampleRate);
  const soften = createLowPass(sampleRate, 4_400);
  const softenAgain = createLowPass(sampleRate, 5_200);
  // The same for every utterance, so that the same text gives the same samples.
  const random = seededRandom(1);

  const now: Controls = {
    formant1: 520,
    formant2: 1_480,
    formant3: 2_600,
    voicing: 0,
    noise: 0,
    noiseHz: 2_000,
    pitch: PITCH,
  };
  const brightness = BRIGHTNESS_S * sampleRate;
  let sample = first - (first % CONTROL);
  let phase = 0;
  let previousFlow = 0;
  let previousVoiced = 0;
  let index = soundIndexAt(plan, (first / sampleRate) * 1_000);
  let target = now;

  function control(): void {
    const ms = (sample / sampleRate) * 1_000;
    while (index < plan.sounds.length - 1 && (plan.sounds[index]?.endMs ?? 0) <= ms) index += 1;
    const planned = plan.sounds[index];
    target =
      planned === undefined
        ? { ...now, voicing: 0, noise: 0 }
        : targetOf(planned, plan.sounds[index + 1], ms);
    // Tongue and lips are slow, the breath is quicker, pitch is slowest.
    const step = CONTROL / sampleRate;
    const tongue = 1 - Math.exp(-step / 0.022);
    const breath = 1 - Math.exp(-step / 0.014);
    const cords = 1 - Math.exp(-step / 0.06);
    now.formant1 += (target.formant1 - now.formant1) * tongue;
    now.formant2 += (target.formant2 - now.formant2) * tongue;
    now.formant3 += (target.formant3 - now.formant3) * tongue;
    now.voicing += (target.voicing - now.voicing) * breath;
    now.noise += (target.noise - now.noise) * breath;
    now.noiseHz += (target.noiseHz - now.noiseHz) * tongue;
    const vibrato = 1 + Math.sin(ms * 0.033) * 0.008;
    now.pitch += (target.pitch * vibrato - now.pitch) * cords;
    formants[0].tune(now.formant1, 95);
    formants[1].tune(now.formant2, 120);
    formants[2].tune(now.formant3, 180);
    air.tune(now.noiseHz, now.noiseHz * 0.55);
  }

  return {
    next() {
      if (sample % CONTROL === 0) control();
      sample += 1;
      phase += now.pitch / sampleRate;
      if (phase >= 1) phase -= 1;
      const flow = glottalFlow(phase);
      const edge = (flow - previousFlow) * (sampleRate / (PITCH * 12));
      previousFlow = flow;
      const hiss = random() * 2 - 1;
      const source = (edge * 1.1 + (flow - 0.36) * 0.1 + hiss * flow * 0.03) * now.voicing;
      let voiced = source;
      for (const formant of formants) voiced = formant.next(voiced);
      voiced = top.next(voiced);
      const bright = voiced + (voiced - previousVoiced) * brightness;
      previousVoiced = voiced;
      const rush = air.next(hiss) * now.noise * 2.2;
      return Math.tanh(softenAgain(soften(bright) + rush) * LEVEL);
    },
  };
}

/** The opening and closing of the vocal cords over one period: slow to open, quicker to close, then shut. */
function glottalFlow(phase: number): number {
  if (phase < 0.46) return 0.5 * (1 - Math.cos((Math.PI * phase) / 0.46));
  if (phase < 0.72) return Math.cos(((phase - 0.46) / 0.26) * (Math.PI / 2));
  return 0;
}

function targetOf(
  { sound, startMs, endMs, pitch, loudness }: PlannedSound,
  next: PlannedSound | undefined,
  ms: number,
): Controls {
  // What has no formants of its own leans towards the sound that follows.
  const [formant1, formant2, formant3] = sound.formants ?? next?.sound.formants ?? [480, 1_450, 2_550];
  const controls = {
    formant1,
    formant2,
    formant3,
    voicing: sound.voicing * loudness,
    noise: sound.noise,
    noiseHz: sound.noiseHz,
    pitch: pitch * PITCH,
  };
  if (sound.kind !== 'stop') return controls;
  // A stop is a closure, then a short burst.
  const share = (ms - startMs) / Math.max(1, endMs - startMs);
  return share < 0.62 ? { ...controls, noise: 0 } : { ...controls, voicing: sound.voicing * 0.6 };
}
