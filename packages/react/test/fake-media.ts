import {
  idleSnapshot,
  type LocalCamera,
  type LocalMicrophone,
  type LocalScreen,
  type Speaker,
} from '@avatarwire/core';

export const { microphone: deviceOff, speaker: noSpeaker } = idleSnapshot;

export interface FakeMedia {
  readonly microphone: LocalMicrophone;
  readonly camera: LocalCamera;
  readonly screen: LocalScreen;
  readonly speaker: Speaker;
  /** What was called, in order, as `camera.setQuality low`. */
  readonly called: readonly string[];
  /** How many follow the devices, or the level, now: `microphone`, `level`, … */
  readonly following: ReadonlyMap<string, number>;
  /** Whether the microphone is held open by push-to-talk. */
  readonly held: number;
  /** What every call rejects with from now on. */
  failure: unknown;
  track: MediaStreamTrack | undefined;
  say(level: number): void;
}

/** Devices without a browser: what was asked of them, and who listens. */
export function fakeMedia(): FakeMedia {
  const called: string[] = [];
  const following = new Map<string, number>();
  const levels = new Set<(level: number) => void>();
  let held = 0;

  const call =
    (name: string) =>
    async (...given: unknown[]) => {
      called.push([name, ...given].join(' '));
      if (media.failure !== undefined) throw media.failure;
    };
  const follow = (name: string) => () => {
    following.set(name, (following.get(name) ?? 0) + 1);
    return () => void following.set(name, (following.get(name) ?? 0) - 1);
  };
  const device = (name: string) => ({
    get track() {
      return name === 'camera' ? media.track : undefined;
    },
    enable: call(`${name}.enable`),
    disable: call(`${name}.disable`),
    setMuted: call(`${name}.setMuted`),
    choose: call(`${name}.choose`),
    use: call(`${name}.use`),
    setFacing: call(`${name}.setFacing`),
    setQuality: call(`${name}.setQuality`),
    watch: follow(name),
  });

  const media: FakeMedia = {
    called,
    following,
    get held() {
      return held;
    },
    failure: undefined,
    track: undefined,
    say(level) {
      for (const listener of [...levels]) listener(level);
    },
    microphone: Object.assign(device('microphone'), {
      onLevel(listener: (level: number) => void) {
        levels.add(listener);
        const stop = follow('level')();
        return () => {
          if (levels.delete(listener)) stop();
        };
      },
      talk() {
        held += 1;
        return () => {
          held -= 1;
        };
      },
    }),
    camera: device('camera'),
    screen: device('screen'),
    speaker: { choose: call('speaker.choose'), watch: follow('speaker') },
  };
  return media;
}
