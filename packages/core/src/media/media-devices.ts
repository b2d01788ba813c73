/** As much of the browser's `navigator.mediaDevices` as is used here. */
export interface MediaDevicesPort extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  getUserMedia(constraints: MediaStreamConstraints): Promise<CapturedStream>;
  /** Absent on phones. */
  getDisplayMedia?(options: DisplayMediaStreamOptions): Promise<CapturedStream>;
  enumerateDevices(): Promise<readonly MediaDeviceInfo[]>;
}

export interface CapturedStream {
  getTracks(): MediaStreamTrack[];
}
