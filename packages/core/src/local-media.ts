/**
 * The visitor's own devices, seen from the session: what can be asked of them, and how they stand. The one
 * implementation is `@avatarwire/core/media`; a session gets it through its option `media`.
 */

import type { Clock } from './clock';
import type { AvatarError } from './errors';
import type { Logger } from './logger';
import type { PublishedSource, Publishing } from './transport';

export type DevicePermission = 'unknown' | 'prompt' | 'granted' | 'denied';

/** Size, frame rate and bit rate together; the figures stand in `@avatarwire/core/media`, `VIDEO_QUALITIES`. */
export type VideoQuality = 'low' | 'medium' | 'high';

export type CameraFacing = 'user' | 'environment';

export interface DeviceInfo {
  /** Empty, like the label, until the visitor has allowed the device. */
  readonly id: string;
  readonly label: string;
  /** Of a camera, where the browser tells. */
  readonly facing?: CameraFacing;
}

/** Why a device cannot be used, finer than an error's code: for texts of the application's own. */
export type MediaProblemReason =
  /** The visitor, or a setting of the browser, said no. */
  | 'denied'
  /** The visitor closed the question without an answer. */
  | 'dismissed'
  /** The operating system keeps the device from the browser. */
  | 'denied-by-system'
  /** The page, or the frame that it is in, is not allowed to ask: a permissions policy. */
  | 'denied-by-page'
  | 'insecure-context'
  /** The browser cannot do it at all. */
  | 'unsupported'
  | 'not-found'
  /** Another program holds it, or the hardware failed. */
  | 'in-use'
  /** It was there, and was unplugged or taken away from the page. */
  | 'lost'
  /** The connection does not send it. */
  | 'not-sent';

export interface MediaProblem {
  readonly reason: MediaProblemReason;
  /** What the visitor can do about it, in English: a sentence. */
  readonly remedy: string;
  readonly error: AvatarError;
}

/** How one device stands. Immutable. */
export interface MediaState {
  /** `interrupted`: the system took it for a while, as a phone call does; it comes back by itself. */
  readonly status: 'off' | 'starting' | 'on' | 'interrupted';
  /** Kept over a change of device, a reconnect and `disable()`. */
  readonly muted: boolean;
  /** The connection sends it now; what is muted is sent as silence, or black. */
  readonly sending: boolean;
  readonly permission: DevicePermission;
  /** Known once it was enabled or is watched. Empty for the screen: the browser shows that choice itself. */
  readonly devices: readonly DeviceInfo[];
  /** The one in use. */
  readonly deviceId?: string;
  /** The one that was chosen; without it the system's own choice is followed. */
  readonly chosenId?: string;
  /** Of the camera: what is wanted, and in use where there is such a one. */
  readonly facing?: CameraFacing;
  /** Of camera and screen. */
  readonly quality?: VideoQuality;
  /** Until it works again, or is disabled. */
  readonly problem?: MediaProblem;
}

/** How the avatar's sound comes out. */
export interface SpeakerState {
  /** Whether the browser, and the SDK where that plays, let a page choose. */
  readonly choosable: boolean;
  readonly devices: readonly DeviceInfo[];
  /** The one chosen; without it the system's own choice is followed. */
  readonly chosenId?: string;
}

/** What turns a device's track into the one that is sent: noise suppression, a blurred background. */
export interface TrackProcessor {
  readonly name: string;
  /**
   * Called for each track of a device, also after a change of device. Must not stop `input`, whose owner is core. What
   * it rejects with fails the call that wanted it; the device goes on as it was.
   */
  process(input: MediaStreamTrack, options: { readonly signal: AbortSignal }): Promise<ProcessedTrack>;
}

export interface ProcessedTrack {
  readonly track: MediaStreamTrack;
  /** Lets go of everything that `process` made. Called exactly once, before `input` is stopped. */
  stop(): void;
}

/** A device that can be sent. Every call may overlap others; the last wish counts. */
export interface LocalMedia {
  /** What is sent, after any processing: for a picture of oneself. Never stop it. */
  readonly track: MediaStreamTrack | undefined;
  /**
   * Opens the device, asking the visitor where that is needed, and sends it: now, or as soon as the session has joined.
   * Resolves when that is so; at once when it is so already. In `idle` it opens, for a look before connecting.
   *
   * @throws AvatarError `permission-denied`, `device-unavailable`, `insecure-context`, `unsupported`; the same stands in
   * the snapshot as `problem`, with the remedy
   */
  enable(): Promise<void>;
  /** Lets go of the device, in this turn: its light goes out. Never rejects. */
  disable(): Promise<void>;
  /** Others get silence, or no picture; the device stays open. Remembered while it is off. */
  setMuted(muted: boolean): Promise<void>;
  /**
   * Reads devices and permission, and follows them until the function returned is called. While the device is on, that
   * is done anyway.
   */
  watch(): () => void;
}

export interface ProcessedMedia extends LocalMedia {
  /**
   * This device from now on, also while it is on; without an id, the system's own choice. Muted stays muted.
   *
   * @throws AvatarError `device-unavailable`; the device before stays in use
   */
  choose(deviceId: string | undefined): Promise<void>;
  /** Processes what is sent, also while it is on; `undefined` for as it is. */
  use(processor: TrackProcessor | undefined): Promise<void>;
}

export interface LocalMicrophone extends ProcessedMedia {
  /**
   * How loud the device is, 0 to 1, about 20 times a second while it is on and someone listens; 0 once when it goes off.
   * Of the device: a muted microphone has a level too, so that a page can say "you are muted".
   */
  onLevel(listener: (level: number) => void): () => void;
  /**
   * Push-to-talk: heard from now until the function returned is called, and muted then. Enables the microphone where
   * that has not been done; make it ready with `setMuted(true)` and `enable()` to lose no word.
   */
  talk(): () => void;
}

export interface LocalCamera extends ProcessedMedia {
  /** The camera on that side of a phone; forgets a chosen device. */
  setFacing(facing: CameraFacing): Promise<void>;
  setQuality(quality: VideoQuality): Promise<void>;
}

/** The browser asks which screen, window or tab; `enable` must be called in the handler of a click. */
export interface LocalScreen extends LocalMedia {
  setQuality(quality: VideoQuality): Promise<void>;
}

export interface Speaker {
  /**
   * Plays the avatar on this device; without an id, on the system's own choice.
   *
   * @throws AvatarError `unsupported` where `choosable` is false, `device-unavailable`
   */
  choose(deviceId: string | undefined): Promise<void>;
  /** Reads the devices and follows them until the function returned is called. */
  watch(): () => void;
}

/** What a session gives to its devices. */
export interface MediaHost {
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Of the connection that stands now: the same object for as long as that is the same one, also over a reconnect.
   * Undefined without one, while it is away, and where it sends no tracks. What the service does not take is refused
   * with `unsupported`.
   */
  publishing(): Publishing | undefined;
  /** The state as it is now; branches that did not change keep their identity. */
  changed(source: PublishedSource, state: MediaState): void;
  speakerChanged(state: SpeakerState): void;
  /** It failed, and no call of the application is told of it. */
  failed(source: PublishedSource, problem: MediaProblem): void;
  /**
   * Plays on this device: an empty id is the system's own choice. Undefined where it cannot be chosen, which may change
   * with the connection. @throws AvatarError `unsupported`, `device-unavailable`; it goes on where it was
   */
  readonly setOutput: ((deviceId: string) => Promise<void>) | undefined;
}

/** The devices of one session. What `follow` or `stop` throws is reported to the host as uncaught, and stops nothing. */
export interface MediaDriver {
  readonly microphone: LocalMicrophone;
  readonly camera: LocalCamera;
  readonly screen: LocalScreen;
  readonly speaker: Speaker;
  /** The connection is another one, came back or went away. */
  follow(): void;
  /** The session ends: every device is let go in this turn. They can be enabled again afterwards. */
  stop(): void;
}

/** Makes the devices of one session. Does nothing yet: no listener, no device, no question. */
export type MediaFactory = (host: MediaHost) => MediaDriver;
