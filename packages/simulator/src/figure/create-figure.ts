import { type AvatarPort, createSimulatedAvatar, type SimulatedAvatar } from '../avatar';
import { createPuppet } from '../face';
import { createFaceVideo } from './face-video';
import type { FigureSettings } from './figure-options';
import { createWebAudioVoice } from './web-audio-voice';

/** An avatar that can be seen and heard: brain, drawn face and synthesised voice. */
export interface Figure {
  readonly avatar: SimulatedAvatar;
  readonly face: MediaStreamTrack;
  readonly voice: MediaStreamTrack;
  /** Ends both tracks, the avatar and everything scheduled. Any number of times. */
  close(): Promise<void>;
}

/**
 * All of it or nothing: what was made before something fails is closed again.
 *
 * @param port its way to the others
 *
 * @throws AvatarError `unsupported` where the browser cannot make the tracks
 */
export function createFigure(settings: FigureSettings, port: AvatarPort): Figure {
  const { clock, background } = settings;
  const backgroundNow = () => (typeof background === 'function' ? background() : background);
  const made: (() => void | Promise<void>)[] = [];
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await Promise.all(made.reverse().map(async (undo) => undo()));
  }

  try {
    const avatar = createSimulatedAvatar({ ...settings.avatar, clock, port });
    made.push(() => avatar.close());
    const puppet = createPuppet(avatar, clock);
    made.push(() => puppet.close());
    const voice = createWebAudioVoice(clock);
    made.push(() => voice.close());
    const video = createFaceVideo({
      ...settings,
      faceAt: (nowMs) => ({ ...puppet.faceAt(nowMs), background: backgroundNow() }),
    });
    made.push(() => video.close());
    avatar.on('speech', ({ text, speed }) => voice.say(text, speed));
    avatar.on('silenced', ({ interrupted }) => {
      if (interrupted) voice.hush();
    });
    return {
      avatar,
      face: video.track,
      voice: voice.track,
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    void close();
    throw error;
  }
}
