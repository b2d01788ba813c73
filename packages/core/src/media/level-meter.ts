/** How loud a device is: of a track of its own, so that a muted one has a level too. */

import type { Clock } from '../clock';

export interface LevelMeter {
  onLevel(listener: (level: number) => void): () => void;
  /** The device's own track; undefined while it is off. */
  follow(track: MediaStreamTrack | undefined): void;
}

const EVERY_MS = 50;
/** At 48 kHz as long as the time between two looks. */
const SAMPLES = 2_048;
/** The quietest that is shown; full scale is 0. */
const FLOOR_DBFS = -60;
/** What counts as the visitor's activation, and lets a page start sound: HTML, §6.4. */
const ACTIVATIONS = ['click', 'keydown', 'touchend'];

export function createLevelMeter(clock: Clock): LevelMeter {
  const listeners = new Set<{ call(level: number): void }>();
  let followed: MediaStreamTrack | undefined;
  let context: AudioContext | undefined;
  let stopListening: (() => void) | undefined;

  function settle(): void {
    if (listeners.size > 0 && followed) {
      try {
        context ??= new AudioContext();
        stopListening ??= listen(context, followed);
      } catch {
        // Where there is no sound to be had from the browser, the device works without a level.
      }
      return;
    }
    stopListening?.();
    stopListening = undefined;
    context?.close().catch(() => {});
    context = undefined;
  }

  function tell(level: number): void {
    for (const one of listeners) {
      // One that throws stops no other.
      queueMicrotask(() => {
        if (listeners.has(one)) one.call(level);
      });
    }
  }

  function listen(to: AudioContext, track: MediaStreamTrack): () => void {
    const analyser = new AnalyserNode(to, { fftSize: SAMPLES });
    const copy = track.clone();
    copy.enabled = true;
    // Also where the next step fails.
    stopListening = () => copy.stop();
    const source = to.createMediaStreamSource(new MediaStream([copy]));
    source.connect(analyser);
    const samples = new Float32Array(SAMPLES);
    const resume = () => {
      if (to.state !== 'running') to.resume().catch(() => {});
    };
    for (const type of ACTIVATIONS) document.addEventListener(type, resume);
    resume();

    let cancel = clock.schedule(look, EVERY_MS);
    function look(): void {
      cancel = clock.schedule(look, EVERY_MS);
      if (to.state !== 'running') return;
      analyser.getFloatTimeDomainData(samples);
      tell(levelOf(samples));
    }

    return () => {
      cancel();
      for (const type of ACTIVATIONS) document.removeEventListener(type, resume);
      source.disconnect();
      copy.stop();
    };
  }

  return {
    onLevel(listener) {
      const one = { call: listener };
      listeners.add(one);
      settle();
      return () => {
        listeners.delete(one);
        settle();
      };
    },
    follow(track) {
      if (track === followed) return;
      followed = track;
      stopListening?.();
      stopListening = undefined;
      if (!track) tell(0);
      settle();
    },
  };
}

/** 0 at -60 dBFS and below, 1 at full scale: even steps for the ear. */
function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
  const dbfs = 10 * Math.log10(power);
  return Math.min(1, Math.max(0, 1 - dbfs / FLOOR_DBFS));
}
