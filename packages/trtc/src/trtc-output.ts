import { failure } from './trtc-errors';

/** How Chromium and its kin name the system's own choice. */
const SYSTEM_CHOICE = 'default';

/**
 * The SDK's name for this device. It says nothing where it does not find one, so we look before it does.
 *
 * @throws AvatarError `unsupported`, `device-unavailable`
 */
export async function speakerOf(deviceId: string): Promise<string> {
  const wanted = deviceId || SYSTEM_CHOICE;
  const canChoose = typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
  const devices = canChoose ? await navigator.mediaDevices.enumerateDevices() : [];
  if (devices.some(({ kind, deviceId: id }) => kind === 'audiooutput' && id === wanted)) return wanted;
  throw failure(canChoose ? 'device-unavailable' : 'unsupported', 'The page can choose no such speaker.');
}
