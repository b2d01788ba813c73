/** Where the avatar's sound comes out. */

import { AvatarError } from '../errors';
import type { MediaHost, Speaker, SpeakerState } from '../local-media';
import { watchDevices } from './device-watch';
import type { MediaDevicesPort } from './media-devices';
import { quietly } from './quietly';

export interface LocalSpeaker extends Speaker {
  follow(): void;
}

export function createSpeaker(host: MediaHost, devices: () => MediaDevicesPort | undefined): LocalSpeaker {
  const list = watchDevices({ kind: 'audiooutput', devices, changed });
  let chosenId: string | undefined;
  let state: SpeakerState | undefined;
  let calls = 0;
  let settled = 0;

  function changed(): void {
    const choosable = host.setOutput !== undefined;
    const { devices: listed } = list.list;
    if (state?.choosable === choosable && state.devices === listed && state.chosenId === chosenId) return;
    state = Object.freeze({ choosable, devices: listed, ...(chosenId !== undefined && { chosenId }) });
    host.speakerChanged(state);
  }

  return {
    choose: (deviceId) =>
      quietly(async () => {
        if (!host.setOutput) {
          throw new AvatarError('unsupported', 'The speaker cannot be chosen here.');
        }
        calls += 1;
        const call = calls;
        await host.setOutput(deviceId ?? '');
        // Of those that it could play on, the last one asked for is the one.
        if (call < settled) return;
        settled = call;
        chosenId = deviceId;
        changed();
      }),
    watch: list.watch,
    follow: changed,
  };
}
