/**
 * Whether the avatar speaks, from how loud it is: for services that say nothing about it. The thresholds are ours, between
 * a voice of ordinary loudness and the noise of a codec; no real service's voice has been measured.
 */

import type { RemoteTrack, ServiceHost } from '@avatarwire/core';
import type { LevelMeter, LevelMeterMaker } from './web-audio-meter';

/** It speaks once it was at least so loud for {@link START_MS}. */
const START_DBFS = -45;
/** It has ended once it was below this for {@link END_MS}: lower, so that a fading word does not flicker. */
const END_DBFS = -55;
/** Longer than a click. */
const START_MS = 100;
/** Longer than the pause between two sentences. */
const END_MS = 700;
/** A hidden tab's timers may come once a second only; then its signs are late by as much. */
const LOOK_MS = 50;

export interface SpeechSense {
  /** The avatar's tracks are now these. */
  show(tracks: readonly RemoteTrack[]): void;
  /** Nothing comes of it any more. */
  close(): void;
}

export function senseSpeech(
  host: Pick<ServiceHost, 'clock' | 'logger' | 'receive'>,
  makeMeter: LevelMeterMaker,
): SpeechSense {
  const { clock, logger } = host;
  let heard: MediaStreamTrack | undefined;
  let meter: LevelMeter | undefined;
  let cancelLook: (() => void) | undefined;
  let speaking = false;
  /** Since when it sounds as if `speaking` were no longer so. */
  let turningSince: number | undefined;

  function close(): void {
    cancelLook?.();
    meter?.close();
    meter = undefined;
  }

  function look(): void {
    if (!meter) return;
    cancelLook = clock.schedule(look, LOOK_MS);
    const level = meter.level();
    const now = clock.now();
    const turning = speaking ? level < END_DBFS : level >= START_DBFS;
    turningSince = turning ? (turningSince ?? now) : undefined;
    if (turningSince !== undefined && now - turningSince >= (speaking ? END_MS : START_MS)) turn();
  }

  function turn(): void {
    turningSince = undefined;
    speaking = !speaking;
    host.receive({ kind: 'speech', speaking });
  }

  return {
    show(tracks) {
      const track = tracks.find(({ kind }) => kind === 'audio')?.track;
      if (track === heard) return;
      heard = track;
      close();
      if (!track) {
        if (speaking) turn();
        return;
      }
      try {
        meter = makeMeter(track);
        look();
      } catch (error) {
        logger.warn('The audio of the avatar cannot be measured.', { error });
        if (speaking) turn();
      }
    },
    close,
  };
}
