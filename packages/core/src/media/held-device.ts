/** The device that is open: its own track, what is made of it, and what it takes the place of until that is sent no more. */

import type { ProcessedTrack, TrackProcessor, VideoQuality } from '../local-media';
import type { Logger } from '../logger';
import type { PublishedSource } from '../transport';
import { type Choice, constraintsFor, pictureOf } from './constraints';
import { askDevices } from './device-requests';
import type { MediaDevicesPort } from './media-devices';
import { MediaFailure, reasonOf } from './problems';
import { processed } from './processed';
import { unlessAborted } from './unless-aborted';

export interface Device {
  /** The device's own track. */
  readonly raw: MediaStreamTrack;
  readonly sent: ProcessedTrack;
  readonly processor: TrackProcessor | undefined;
  readonly quality: VideoQuality | undefined;
  readonly choice: Choice;
  /** In place of the chosen one, which is not there. */
  readonly isStandIn: boolean;
}

export interface Wish {
  readonly choice: Choice;
  readonly quality: VideoQuality | undefined;
  readonly processor: TrackProcessor | undefined;
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Somebody asks for this very device: nothing stands in for it, and what is open may be closed for it. */
  readonly isNew: boolean;
  isThere(deviceId: string): boolean;
}

export interface HeldDevice {
  readonly now: Device | undefined;
  /**
   * Asks in this turn. Opens another one before what is open goes, where the hardware can. Rejects, and leaves open
   * what was.
   */
  open(wish: Wish, options: OpenOptions): Promise<void>;
  process(processor: TrackProcessor | undefined, signal: AbortSignal): Promise<void>;
  adjust(quality: VideoQuality | undefined): Promise<void>;
  /** Stops what was replaced, once nothing of it is sent. */
  tidy(isSent: (track: MediaStreamTrack) => boolean): void;
  /** Stops everything in this turn. */
  release(): void;
}

export interface HeldDeviceOptions {
  readonly logger: Logger;
  devices(): MediaDevicesPort | undefined;
  /** Of the application. */
  readonly given: MediaTrackConstraints | undefined;
  /** The device ended by itself, and is no longer held. */
  ended(): void;
  /** The system took its sound or picture away for a while, or gave it back. */
  interrupted(): void;
}

export function holdDevice(
  source: PublishedSource,
  { logger, devices, given, ended, interrupted }: HeldDeviceOptions,
): HeldDevice {
  const requests = askDevices(source, devices);
  let now: Device | undefined;
  /** The last one that came, in use or not yet. */
  let opened: MediaStreamTrack | undefined;
  const replaced: ProcessedTrack[] = [];

  const constraintsOf = ({ quality, choice }: Wish, deviceId: string | undefined) =>
    constraintsFor(source, { ...choice, deviceId }, quality, given);

  function stop(sent: ProcessedTrack): void {
    try {
      sent.stop();
    } catch (error) {
      logger.warn('media: a processor failed to stop', { source, error });
    }
  }

  function onEnded(): void {
    letGo();
    ended();
  }

  const events = Object.entries({ ended: onEnded, mute: interrupted, unmute: interrupted });

  /** What is no longer in use, as one that is to be stopped. */
  function retire({ raw, sent }: Device): ProcessedTrack {
    for (const [type, listener] of events) raw.removeEventListener(type, listener);
    return {
      track: sent.track,
      stop() {
        stop(sent);
        raw.stop();
      },
    };
  }

  function letGo(): void {
    for (const one of replaced.splice(0)) stop(one);
    if (now) retire(now).stop();
    now = undefined;
  }

  /** Which one it is, beside its track: the chosen one, or what stands in for it. */
  async function find(wish: Wish, { isNew, isThere, signal }: OpenOptions) {
    const { deviceId } = wish.choice;
    const wanted = deviceId !== undefined && (isNew || isThere(deviceId)) ? deviceId : undefined;
    const ask = async (id: string | undefined) => ({
      raw: await unlessAborted(requests.ask(constraintsOf(wish, id)), signal),
      isStandIn: id !== deviceId,
    });
    try {
      return await ask(wanted);
    } catch (error) {
      if (signal.aborted) throw error;
      const reason = reasonOf(source, error);
      // Phones have one camera open at a time.
      if (isNew && now && reason === 'in-use') {
        letGo();
        return await ask(wanted);
      }
      if (!isNew && wanted !== undefined && reason === 'not-found') return await ask(undefined);
      throw error;
    }
  }

  async function make(raw: MediaStreamTrack, { processor }: Wish, signal: AbortSignal) {
    try {
      signal.throwIfAborted();
      const sent = await processed(raw, processor, signal).catch((error: unknown) => {
        throw new MediaFailure('unsupported', error);
      });
      if (!signal.aborted && raw.readyState === 'live') return sent;
      stop(sent);
      throw new MediaFailure('lost');
    } catch (error) {
      raw.stop();
      throw error;
    }
  }

  return {
    get now() {
      return now;
    },
    async open(wish, options) {
      const { raw, isStandIn } = await find(wish, options);
      opened = raw;
      const sent = await make(raw, wish, options.signal);
      hint(sent.track, source);
      if (now) replaced.push(retire(now));
      now = { ...wish, raw, sent, isStandIn };
      for (const [type, listener] of events) raw.addEventListener(type, listener);
    },
    async process(processor, signal) {
      const device = now;
      if (!device) return;
      const sent = await processed(device.raw, processor, signal);
      // It may have ended meanwhile.
      if (now !== device) return stop(sent);
      hint(sent.track, source);
      replaced.push(device.sent);
      now = { ...device, sent, processor };
    },
    async adjust(quality) {
      const device = now;
      if (!device || !quality) return;
      await device.raw.applyConstraints({ ...pictureOf(source, quality), ...given });
      if (now === device) now = { ...device, quality };
    },
    tidy(isSent) {
      // All or nothing: what is made of a device is stopped before the device.
      if (replaced.some(({ track }) => track !== now?.sent.track && isSent(track))) return;
      for (const one of replaced.splice(0)) stop(one);
    },
    release() {
      requests.abandon();
      letGo();
      opened?.stop();
    },
  };
}

/** What matters most of it, to whoever encodes it: W3C MediaStreamTrack Content Hints. */
function hint(track: MediaStreamTrack, source: PublishedSource): void {
  track.contentHint = source === 'microphone' ? 'speech' : source === 'camera' ? 'motion' : 'detail';
}
