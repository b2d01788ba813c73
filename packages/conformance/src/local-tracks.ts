/** Tracks of ours for the cases on publishing: real ones that need no device. */

const FRAME_MS = 50;
const TONE_HZ = 440;
const SAMPLE_RATE = 48_000;
const SOUND_MS = 20;

/** A track, and whatever keeps it going. */
export interface MadeTrack {
  readonly track: MediaStreamTrack;
  /** Ends both. */
  stop(): void;
}

export function canMakeTracks(): boolean {
  return typeof document !== 'undefined' && typeof AudioContext !== 'undefined';
}

export function makeTrack(kind: 'audio' | 'video'): MadeTrack {
  return kind === 'audio' ? makeTone() : makePicture();
}

/** Keeps every clone that anybody makes of it. */
export function watchClones(track: MediaStreamTrack, clones: MediaStreamTrack[]): void {
  const clone = track.clone.bind(track);
  track.clone = () => {
    const made = clone();
    clones.push(made);
    watchClones(made, clones);
    return made;
  };
}

/** Chromium's; not in TypeScript's declarations. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { readonly kind: 'audio' });
  readonly writable: WritableStream<AudioData>;
}

function makeTone(): MadeTrack {
  // A page that nobody has clicked may not start an AudioContext: its track would be live, and nothing in it.
  return typeof MediaStreamTrackGenerator === 'undefined' ? playTone() : writeTone();
}

function writeTone(): MadeTrack {
  const generator = new MediaStreamTrackGenerator({ kind: 'audio' });
  const writer = generator.writable.getWriter();
  const numberOfFrames = (SAMPLE_RATE * SOUND_MS) / 1_000;
  let written = 0;
  const write = () => {
    const data = Float32Array.from(
      { length: numberOfFrames },
      (_, index) => Math.sin(((written + index) * 2 * Math.PI * TONE_HZ) / SAMPLE_RATE) / 2,
    );
    const timestamp = (written / SAMPLE_RATE) * 1_000_000;
    written += numberOfFrames;
    const sound = {
      format: 'f32-planar',
      sampleRate: SAMPLE_RATE,
      numberOfFrames,
      numberOfChannels: 1,
    } as const;
    // Once the track has ended there is nobody to write for.
    writer.write(new AudioData({ ...sound, timestamp, data })).catch(() => {});
  };
  write();
  const timer = setInterval(write, SOUND_MS);
  return {
    track: generator,
    stop() {
      clearInterval(timer);
      generator.stop();
      writer.abort().catch(() => {});
    },
  };
}

function playTone(): MadeTrack {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: TONE_HZ });
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  context.resume().catch(() => {});
  return made(destination.stream, () => void context.close().catch(() => {}));
}

function makePicture(): MadeTrack {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
  const context = canvas.getContext('2d');
  let frame = 0;
  const draw = () => {
    frame += 1;
    if (context === null) return;
    context.fillStyle = `hsl(${(frame * 7) % 360} 90% 60%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  draw();
  // A canvas that nobody draws on gives one frame at the most.
  const timer = setInterval(draw, FRAME_MS);
  return made(canvas.captureStream(), () => clearInterval(timer));
}

function made(stream: MediaStream, end: () => void): MadeTrack {
  const [track] = stream.getTracks();
  if (track === undefined) throw new Error('This browser captured no track.');
  return {
    track,
    stop() {
      track.stop();
      end();
    },
  };
}
