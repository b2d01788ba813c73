import type { LocalMicrophone, MediaFactory, MediaHost } from '../local-media';
import { createLevelMeter } from './level-meter';
import { check, createLocalDevice, type LocalDevice } from './local-device';
import type { MediaDevicesPort } from './media-devices';
import { createSpeaker } from './speaker';

export interface LocalMediaOptions {
  /**
   * Asked of each device beside what is chosen by calls; they go before our own. @default of the microphone: echo
   * cancellation, noise suppression and gain control; of pictures: the quality
   */
  readonly constraints?: {
    readonly microphone?: MediaTrackConstraints;
    readonly camera?: MediaTrackConstraints;
    readonly screen?: MediaTrackConstraints;
  };
  /** @default `navigator.mediaDevices` */
  readonly devices?: MediaDevicesPort;
}

/**
 * The devices of the browser, as the option `media` of a session. Nothing is opened or listened to before it is asked
 * for; when the session ends, nothing is left but what is watched.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function localMedia(options: LocalMediaOptions = {}): MediaFactory {
  const { constraints = {}, devices: given } = options;
  check(typeof constraints === 'object' && constraints !== null, 'options.constraints');
  // Its type says that it is always there; on a page without https, and on a server, it is not.
  const devices = () => given ?? (globalThis.navigator?.mediaDevices as MediaDevicesPort | undefined);

  return (host) => {
    const microphone = createMicrophone(host, devices, constraints.microphone);
    const camera = createLocalDevice('camera', { host, devices, constraints: constraints.camera });
    const screen = createLocalDevice('screen', { host, devices, constraints: constraints.screen });
    const speaker = createSpeaker(host, devices);
    const all = [microphone, camera, screen];
    return {
      microphone,
      camera,
      screen,
      speaker,
      follow() {
        for (const device of all) device.follow();
        speaker.follow();
      },
      stop() {
        for (const device of all) device.stop();
      },
    };
  };
}

function createMicrophone(
  host: MediaHost,
  devices: () => MediaDevicesPort | undefined,
  constraints: MediaTrackConstraints | undefined,
): LocalDevice & LocalMicrophone {
  const { onLevel, follow } = createLevelMeter(host.clock);
  const device = createLocalDevice('microphone', { host, devices, constraints, opened: follow });
  let talkers = 0;

  function talk(): () => void {
    talkers += 1;
    void device.setMuted(false);
    device.begin();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      talkers -= 1;
      if (talkers === 0) void device.setMuted(true);
    };
  }

  return Object.assign(device, { onLevel, talk });
}
