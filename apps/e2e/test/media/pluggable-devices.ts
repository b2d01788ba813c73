/**
 * Chromium's fake devices, and beside them a second camera and another microphone that are drawn and synthesised here:
 * Chromium has one fake camera, and its fake devices cannot be unplugged.
 */

import type { MediaDevicesPort } from '@avatarwire/core/media';

export const DRAWN_CAMERA = 'a drawn camera';
export const TONE_MICROPHONE = 'a tone';

type Kind = 'audio' | 'video';

const EXTRA = {
  audio: { deviceId: TONE_MICROPHONE, kind: 'audioinput' },
  video: { deviceId: DRAWN_CAMERA, kind: 'videoinput' },
} as const;

export interface PluggableDevices extends MediaDevicesPort {
  /** As a cable does it: its tracks end, it is no longer listed, and the page hears of both. */
  unplug(kind: Kind): void;
  plugIn(kind: Kind): void;
  /** Every track that was given out. */
  readonly given: readonly MediaStreamTrack[];
  /** Listeners of ours that are left. */
  readonly listenerCount: number;
  release(): void;
}

export function pluggableDevices(): PluggableDevices {
  const real = navigator.mediaDevices;
  const target = new EventTarget();
  const listeners = new Set<EventListenerOrEventListenerObject>();
  const plugged = new Set<Kind>(['audio', 'video']);
  const given: MediaStreamTrack[] = [];
  const made = new Map<Kind, MediaStreamTrack[]>([
    ['audio', []],
    ['video', []],
  ]);
  const undo: (() => void)[] = [];
  const passOn = () => target.dispatchEvent(new Event('devicechange'));
  real.addEventListener('devicechange', passOn);
  undo.push(() => real.removeEventListener('devicechange', passOn));

  function capture(kind: Kind, constraints: MediaTrackConstraints): MediaStreamTrack {
    if (!plugged.has(kind)) throw new DOMException('Requested device not found', 'NotFoundError');
    const { track, stop } = kind === 'audio' ? playTone() : drawPicture(constraints);
    undo.push(stop);
    made.get(kind)?.push(track);
    return track;
  }

  return {
    async getUserMedia(constraints) {
      const kind = constraints.audio ? 'audio' : 'video';
      const wanted = constraints[kind];
      const isExtra = typeof wanted === 'object' && exactId(wanted) === EXTRA[kind].deviceId;
      const stream = isExtra
        ? new MediaStream([capture(kind, wanted)])
        : await real.getUserMedia(constraints);
      given.push(...stream.getTracks());
      return stream;
    },
    async enumerateDevices() {
      const extra = [...plugged].map((kind) => {
        const info = { ...EXTRA[kind], groupId: kind, label: EXTRA[kind].deviceId };
        return { ...info, toJSON: () => info };
      });
      return [...(await real.enumerateDevices()), ...extra];
    },
    addEventListener(type, listener, options) {
      if (listener !== null) listeners.add(listener);
      target.addEventListener(type, listener, options);
    },
    removeEventListener(type, listener, options) {
      if (listener !== null) listeners.delete(listener);
      target.removeEventListener(type, listener, options);
    },
    unplug(kind) {
      plugged.delete(kind);
      for (const track of made.get(kind)?.splice(0) ?? []) {
        if (track.readyState === 'ended') continue;
        track.stop();
        // A browser says it of a track that its owner did not stop.
        track.dispatchEvent(new Event('ended'));
      }
      passOn();
    },
    plugIn(kind) {
      plugged.add(kind);
      passOn();
    },
    given,
    get listenerCount() {
      return listeners.size;
    },
    release() {
      for (const step of undo.splice(0)) step();
    },
  };
}

function exactId({ deviceId }: MediaTrackConstraints): string | undefined {
  const exact = typeof deviceId === 'object' && !Array.isArray(deviceId) ? deviceId.exact : undefined;
  return typeof exact === 'string' ? exact : undefined;
}

function playTone() {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: 330 });
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  return captured(destination.stream, () => void context.close());
}

/** Of the size that is asked for; green, where Chromium's own picture is nearly so, and moving. */
function drawPicture({ width, height }: MediaTrackConstraints) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  let frame = 0;
  canvas.width = ideal(width) ?? 640;
  canvas.height = ideal(height) ?? 480;
  const timer = setInterval(() => {
    if (context === null) return;
    frame += 1;
    context.fillStyle = `hsl(${(frame * 3) % 360} 90% 60%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 50);
  const { track, stop } = captured(canvas.captureStream(), () => clearInterval(timer));
  // A canvas gives what is drawn on it: a real camera changes what it captures.
  track.applyConstraints = async (constraints = {}) => {
    canvas.width = ideal(constraints.width) ?? canvas.width;
    canvas.height = ideal(constraints.height) ?? canvas.height;
  };
  return { track, stop };
}

function ideal(wanted: ConstrainULong | undefined): number | undefined {
  return typeof wanted === 'object' ? wanted.ideal : wanted;
}

function captured(stream: MediaStream, end: () => void): { track: MediaStreamTrack; stop(): void } {
  const [track] = stream.getTracks();
  if (track === undefined) throw new Error('nothing was captured');
  return {
    track,
    stop() {
      track.stop();
      end();
    },
  };
}
