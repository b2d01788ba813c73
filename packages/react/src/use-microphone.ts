import type { LocalMicrophone } from '@avatarwire/core';
import { quietly } from './quietly';
import { type DeviceControls, type DeviceOptions, useDevice } from './use-device';

export interface MicrophoneControls extends DeviceControls {
  /** @see ProcessedMedia.choose */
  choose(deviceId: string | undefined): Promise<void>;
}

/**
 * The visitor's microphone. Renders when its state changes; how loud it is has `useMicrophoneLevel`. Unmounting leaves
 * it on: it belongs to the session. A rejection that nobody awaits is no unhandled one.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useMicrophone(options?: DeviceOptions): MicrophoneControls {
  return useDevice('microphone', callsOfMicrophone, options);
}

const callsOfMicrophone = (microphone: LocalMicrophone) => ({
  choose: (deviceId: string | undefined) => quietly(microphone.choose(deviceId)),
});
