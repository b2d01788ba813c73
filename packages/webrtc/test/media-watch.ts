/** What a real receiver gets, as plain WebRTC shows it: no message says muted, so the media is looked at. */

export interface MediaWatch {
  /** Silence, or black. Undefined until something has arrived. */
  readonly isSilent: boolean | undefined;
  stop(): void;
}

const LEAST_LEVEL = 0.001;
/** Of 255: black is 0 to 16. */
const LEAST_LIGHT = 24;

export function watchMedia(receiver: RTCRtpReceiver): MediaWatch {
  return receiver.track.kind === 'audio' ? watchSound(receiver) : watchPicture(receiver.track);
}

/** The level of what is played at this moment. */
function watchSound(receiver: RTCRtpReceiver): MediaWatch {
  // Chromium looks at sound from the network only while an element plays it, and an audio element waits for a click.
  const element = document.createElement('video');
  element.muted = true;
  element.srcObject = new MediaStream([receiver.track]);
  element.play().catch(() => {});
  return {
    get isSilent() {
      const level = receiver.getSynchronizationSources()[0]?.audioLevel;
      return level === undefined ? undefined : level < LEAST_LEVEL;
    },
    stop() {
      element.srcObject = null;
    },
  };
}

function watchPicture(track: MediaStreamTrack): MediaWatch {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  let isSilent: boolean | undefined;
  let next = 0;
  const look = () => {
    context?.drawImage(video, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
    isSilent = Math.max(red, green, blue) < LEAST_LIGHT;
    next = video.requestVideoFrameCallback(look);
  };
  next = video.requestVideoFrameCallback(look);
  video.play().catch(() => {});
  return {
    get isSilent() {
      return isSilent;
    },
    stop() {
      video.cancelVideoFrameCallback(next);
      video.srcObject = null;
    },
  };
}
