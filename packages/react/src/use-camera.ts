import type { CameraFacing, LocalCamera, VideoQuality } from '@avatarwire/core';
import { quietly } from './quietly';
import { type DeviceControls, type DeviceOptions, useDevice } from './use-device';

export interface CameraControls extends DeviceControls {
  /** @see ProcessedMedia.choose */
  choose(deviceId: string | undefined): Promise<void>;
  /** @see LocalCamera.setFacing */
  setFacing(facing: CameraFacing): Promise<void>;
  /** @see LocalCamera.setQuality */
  setQuality(quality: VideoQuality): Promise<void>;
}

/**
 * The visitor's camera; `<CameraPreview>` shows it. Renders when its state changes. Unmounting leaves it on: it belongs
 * to the session. A rejection that nobody awaits is no unhandled one.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useCamera(options?: DeviceOptions): CameraControls {
  return useDevice('camera', callsOfCamera, options);
}

const callsOfCamera = (camera: LocalCamera) => ({
  choose: (deviceId: string | undefined) => quietly(camera.choose(deviceId)),
  setFacing: (facing: CameraFacing) => quietly(camera.setFacing(facing)),
  setQuality: (quality: VideoQuality) => quietly(camera.setQuality(quality)),
});
