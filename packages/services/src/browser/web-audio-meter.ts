/** How loud a track is, by Web Audio. */

export interface LevelMeter {
  /**
   * How loud it was since the last call, in dBFS: the root of the mean square, against an amplitude of 1. A full-scale
   * sine is -3; silence, and what cannot be heard, is `-Infinity`.
   */
  level(): number;
  close(): void;
}

export type LevelMeterMaker = (track: MediaStreamTrack) => LevelMeter;

/**
 * The most that an analyser keeps: 0.7 s at 48 kHz. A hidden tab looks once a second, and still hears most of what was
 * said in between.
 */
const KEPT_SAMPLES = 32_768;
/** A page may make sound from the first of these on. */
const GESTURES = ['click', 'keydown', 'touchend'];

const ignore = () => {};

/** No sound comes out of it. */
export function webAudioMeter(track: MediaStreamTrack): LevelMeter {
  // First: what is no track of this browser is refused here, with nothing open yet.
  const stream = new MediaStream([track]);
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: KEPT_SAMPLES });
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  // Chromium lets Web Audio hear a remote track only while an element has it, too.
  const sink = new Audio();
  sink.muted = true;
  sink.srcObject = stream;

  const samples = new Float32Array(KEPT_SAMPLES);
  let measuredUntil = context.currentTime;
  let last = -Infinity;

  const resume = () => void context.resume().catch(ignore);
  const gestures = new AbortController();
  for (const gesture of GESTURES)
    document.addEventListener(gesture, resume, { capture: true, signal: gestures.signal });
  resume();

  return {
    level() {
      const now = context.currentTime;
      const fresh = Math.min(KEPT_SAMPLES, Math.round((now - measuredUntil) * context.sampleRate));
      measuredUntil = now;
      if (fresh === 0) {
        // Some devices take sound in steps longer than ours: what was heard last stands for one look, and no longer.
        const held = last;
        last = -Infinity;
        return held;
      }
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples.subarray(-fresh)) sum += sample * sample;
      last = 10 * Math.log10(sum / fresh);
      return last;
    },
    close() {
      gestures.abort();
      source.disconnect();
      sink.srcObject = null;
      context.close().catch(ignore);
    },
  };
}
