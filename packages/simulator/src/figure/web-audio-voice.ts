import { AvatarError, type Clock } from '@avatarwire/core';
import { createVoice, FADE_MS, type Utterance } from '../voice';

export interface WebAudioVoice {
  readonly track: MediaStreamTrack;
  /** Begins to say a text, now. What was being said fades out. */
  say(text: string, speed: number): void;
  /** Fades out what is being said. */
  hush(): void;
  close(): Promise<void>;
}

const PIECE_S = 0.1;
/** Sounded ahead, so that a page that is busy for a moment does not break the voice. */
const AHEAD_S = 0.6;
const LEAD_S = 0.02;

interface Saying {
  readonly text: string;
  readonly speed: number;
  readonly startedAtMs: number;
  utterance: Utterance | undefined;
  readonly gain: GainNode;
  readonly sources: Set<AudioBufferSourceNode>;
  nextAt: number;
}

/**
 * The voice as a real audio track. Nothing of it reaches the loudspeakers but by way of whoever plays the track.
 *
 * Browsers keep an `AudioContext` suspended until the visitor has clicked or typed; till then the track is silent.
 * The first click or key anywhere on the page lets the voice in, at the word that it has come to.
 *
 * @throws AvatarError `unsupported` without Web Audio
 */
export function createWebAudioVoice(clock: Clock): WebAudioVoice {
  if (typeof AudioContext === 'undefined') {
    throw new AvatarError(
      'unsupported',
      'This browser has no AudioContext, so the simulated avatar has no voice.',
    );
  }
  const context = new AudioContext();
  const { output, track } = trackOf(context);
  const voice = createVoice({ sampleRate: context.sampleRate });
  let saying: Saying | undefined;
  let closing: Promise<void> | undefined;

  const wake = (): void => void context.resume().catch(() => {});
  const gestures = ['pointerdown', 'keydown'] as const;
  for (const gesture of gestures) document.addEventListener(gesture, wake, { capture: true, passive: true });
  const deafen = (): void => {
    for (const gesture of gestures) document.removeEventListener(gesture, wake, { capture: true });
  };
  const onState = (): void => {
    if (context.state !== 'running') return;
    deafen();
    if (saying) sound(saying);
  };
  context.addEventListener('statechange', onState);
  wake();

  /** Fills the time ahead. Called again at the end of each piece, which needs no timer and so no visible tab. */
  function sound(current: Saying): void {
    if (context.state !== 'running') return;
    if (current.utterance === undefined) {
      current.utterance = voice.speak(current.text, current.speed, clock.now() - current.startedAtMs);
      current.nextAt = context.currentTime + LEAD_S;
    }
    const { utterance } = current;
    while (!utterance.ended && current.nextAt < context.currentTime + AHEAD_S) {
      const buffer = context.createBuffer(1, Math.round(PIECE_S * context.sampleRate), context.sampleRate);
      utterance.read(buffer.getChannelData(0));
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(current.gain);
      source.onended = () => {
        current.sources.delete(source);
        if (saying === current) sound(current);
        else if (current.sources.size === 0) current.gain.disconnect();
      };
      current.sources.add(source);
      source.start(current.nextAt);
      current.nextAt += buffer.duration;
    }
  }

  function hush(): void {
    const current = saying;
    saying = undefined;
    if (current === undefined) return;
    if (current.sources.size === 0) return current.gain.disconnect();
    const end = context.currentTime + FADE_MS / 1_000;
    current.gain.gain.setValueAtTime(1, context.currentTime);
    current.gain.gain.linearRampToValueAtTime(0, end);
    for (const source of current.sources) source.stop(end);
  }

  return {
    track,
    say(text, speed) {
      if (closing) return;
      hush();
      const gain = context.createGain();
      gain.connect(output);
      saying = {
        text,
        speed,
        startedAtMs: clock.now(),
        utterance: undefined,
        gain,
        sources: new Set(),
        nextAt: 0,
      };
      sound(saying);
    },
    hush,
    close() {
      closing ??= (async () => {
        deafen();
        context.removeEventListener('statechange', onState);
        hush();
        track.stop();
        await context.close();
      })();
      return closing;
    },
  };
}

function trackOf(context: AudioContext): {
  output: MediaStreamAudioDestinationNode;
  track: MediaStreamTrack;
} {
  try {
    const output = context.createMediaStreamDestination();
    const [track] = output.stream.getAudioTracks();
    if (track !== undefined) return { output, track };
    throw new AvatarError('unsupported', 'This browser makes no track from Web Audio.');
  } catch (error) {
    // A page may have only a few of them.
    void context.close();
    throw error;
  }
}
