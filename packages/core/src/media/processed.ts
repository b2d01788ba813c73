import type { ProcessedTrack, TrackProcessor } from '../local-media';
import { unlessAborted } from './unless-aborted';

/** What is sent of `input`: itself, where nothing processes it. What comes after an abort is stopped. */
export async function processed(
  input: MediaStreamTrack,
  processor: TrackProcessor | undefined,
  signal: AbortSignal,
): Promise<ProcessedTrack> {
  if (processor === undefined) return { track: input, stop() {} };
  const processing = processor.process(input, { signal });
  try {
    return await unlessAborted(processing, signal);
  } catch (error) {
    processing.then((late) => late.stop()).catch(() => {});
    throw error;
  }
}
