/** What is heard of a track, from `listenTo` until `close`. */

export interface Ear {
  /** Root mean square of the loudest moment so far, 0 to 1. */
  readonly loudest: number;
  close(): Promise<void>;
}

export async function listenTo(track: MediaStreamTrack): Promise<Ear> {
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let loudest = 0;
  let frame = requestAnimationFrame(look);

  function look(): void {
    analyser.getFloatTimeDomainData(samples);
    const sum = samples.reduce((total, sample) => total + sample * sample, 0);
    loudest = Math.max(loudest, Math.sqrt(sum / samples.length));
    frame = requestAnimationFrame(look);
  }

  return {
    get loudest() {
      return loudest;
    },
    async close() {
      cancelAnimationFrame(frame);
      source.disconnect();
      await context.close();
    },
  };
}
