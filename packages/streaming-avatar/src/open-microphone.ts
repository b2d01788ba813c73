import { AvatarError } from '@avatarwire/core';

/**
 * Asks for the microphone, in this turn. Whoever gets the track stops it.
 *
 * @throws AvatarError `insecure-context`, `permission-denied`, `device-unavailable`
 */
export async function openMicrophone(): Promise<MediaStreamTrack> {
  // Its type says that it is always there; on a page without https it is not.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) {
    throw new AvatarError(
      'insecure-context',
      'The browser gives no microphone to this page: open it over https, or on localhost.',
    );
  }
  const stream = await devices.getUserMedia({ audio: true }).catch((cause: unknown) => {
    throw refusalOf(cause);
  });
  const [track] = stream.getAudioTracks();
  if (track === undefined) throw unavailable('The browser gave a microphone without sound.');
  return track;
}

/** Source: W3C Media Capture and Streams, getUserMedia, the names of its errors. */
function refusalOf(cause: unknown): AvatarError {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    const remedy = "Allow it in the browser's settings for this page, then switch it on again.";
    return new AvatarError('permission-denied', `The microphone was not allowed. ${remedy}`, { cause });
  }
  return unavailable(
    name === 'NotFoundError'
      ? 'There is no microphone. Plug one in, then switch it on again.'
      : 'The microphone cannot be used. Close what else uses it, then switch it on again.',
    cause,
  );
}

export function unavailable(message: string, cause?: unknown): AvatarError {
  return new AvatarError('device-unavailable', message, { cause });
}
