import type { LocalScreen, VideoQuality } from '@avatarwire/core';
import { quietly } from './quietly';
import { type DeviceControls, useDevice } from './use-device';

export interface ScreenControls extends DeviceControls {
  /** @see LocalScreen.setQuality */
  setQuality(quality: VideoQuality): Promise<void>;
}

/**
 * A screen, window or tab that the visitor shows. The browser asks for it in the handler of a click only:
 * `onClick={screen.toggle}`. Renders when its state changes. Unmounting leaves it on: it belongs to the session. A
 * rejection that nobody awaits is no unhandled one.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useScreen(): ScreenControls {
  return useDevice('screen', callsOfScreen);
}

const callsOfScreen = (screen: LocalScreen) => ({
  setQuality: (quality: VideoQuality) => quietly(screen.setQuality(quality)),
});
