/** What a browser lists, as a person would: each device once. */

import type { CameraFacing, DeviceInfo } from '../local-media';

export interface DeviceList {
  readonly devices: readonly DeviceInfo[];
  /** The device behind Chrome's entry that stands for the system's own choice. */
  readonly defaultId?: string;
}

export const NO_DEVICES: DeviceList = Object.freeze({ devices: Object.freeze([]) });

/** Chrome lists the system's own choices a second time, under these ids, their label put before the device's own. */
const STAND_INS = ['default', 'communications'];

export function tidyDevices(infos: readonly MediaDeviceInfo[], kind: MediaDeviceKind): DeviceList {
  const ofKind = infos.filter((info) => info.kind === kind);
  const real = ofKind.filter(({ deviceId }) => !STAND_INS.includes(deviceId));
  const standIn = ofKind.find(({ deviceId }) => deviceId === 'default');
  const group = real.filter(({ groupId }) => groupId === standIn?.groupId);
  const behind = group.find(({ label }) => standIn?.label.endsWith(label)) ?? group[0];
  // Some phones list nothing but the stand-in.
  const listed = standIn && !behind ? [standIn, ...real] : real;
  return {
    devices: Object.freeze(listed.map(deviceInfo)),
    ...(behind && { defaultId: behind.deviceId }),
  };
}

function deviceInfo(info: MediaDeviceInfo): DeviceInfo {
  const facing = facingOf(info);
  return Object.freeze({ id: info.deviceId, label: info.label, ...(facing && { facing }) });
}

/** Only Chromium and Safari tell it before the camera is opened. */
function facingOf(info: MediaDeviceInfo): CameraFacing | undefined {
  const capable: MediaDeviceInfo & { getCapabilities?(): MediaTrackCapabilities } = info;
  const [facing] = capable.getCapabilities?.().facingMode ?? [];
  return facing === 'user' || facing === 'environment' ? facing : undefined;
}
