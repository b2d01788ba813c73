/** One of the visitor's devices: what is wanted of it, and how it stands. */

import { AvatarError } from '../errors';
import type {
  CameraFacing,
  LocalCamera,
  LocalScreen,
  MediaHost,
  MediaProblem,
  MediaState,
  TrackProcessor,
  VideoQuality,
} from '../local-media';
import type { PublishedSource } from '../transport';
import type { Choice } from './constraints';
import type { DeviceList } from './device-list';
import { watchDevices } from './device-watch';
import { watchForeground } from './foreground';
import { type Device, holdDevice } from './held-device';
import { makeItSo, type Reject, type Step } from './make-it-so';
import type { MediaDevicesPort } from './media-devices';
import { MediaFailure, problemOf } from './problems';
import { createPublication } from './publication';
import { quietly } from './quietly';
import { unlessAborted } from './unless-aborted';
import { DEFAULT_QUALITY, VIDEO_QUALITIES } from './video-qualities';

/** Has every call of every source; which of them a source shows, its type says. */
export interface LocalDevice extends LocalCamera, LocalScreen {
  /** As `enable`, of a call that is not told of a failure. */
  begin(): void;
  follow(): void;
  stop(): void;
}

export interface LocalDeviceOptions {
  readonly host: MediaHost;
  devices(): MediaDevicesPort | undefined;
  readonly constraints: MediaTrackConstraints | undefined;
  /** The device's own track; undefined while it is off. */
  readonly opened?: (raw: MediaStreamTrack | undefined) => void;
}

/** What ends so soon after it was opened would only end again. */
const FLAPPING_MS = 1_000;

export function createLocalDevice(
  source: PublishedSource,
  { host, devices, constraints, opened }: LocalDeviceOptions,
): LocalDevice {
  const { clock, logger } = host;
  let isWanted = false;
  let isMuted = false;
  let choice: Choice = {};
  let quality: VideoQuality | undefined = source === 'microphone' ? undefined : DEFAULT_QUALITY;
  let processor: TrackProcessor | undefined;

  /** The last choice that nobody waits for any more: it worked, or was made while the device was off. */
  let accepted = choice;
  /** What a step works at, and the device as it found it. */
  let tried = { choice, quality, processor };
  let before: Device | undefined;
  /** From the wish for the device until it is let go of. */
  let life = new AbortController();
  let openedAt = 0;
  /** It ended by itself. */
  let isRecovering = false;
  let isFlapping = false;
  /** And there is no other: until one is plugged in. */
  let isWaiting = false;
  /** What is open is not what would be opened now. */
  let isStale = false;
  let wasGranted = false;
  let isDenied = false;
  let problem: MediaProblem | undefined;
  let state: MediaState | undefined;

  const watch = watchDevices({
    kind: source === 'microphone' ? 'audioinput' : 'videoinput',
    permission: source,
    // The browser shows the choice of a screen itself.
    devices: source === 'screen' ? () => undefined : devices,
    changed: listChanged,
  });
  const held = holdDevice(source, { logger, devices, given: constraints, ended, interrupted: changed });
  const publication = createPublication(source, () => host.publishing());
  const foreground = watchForeground(clock, returned);
  const steps = makeItSo({ nextOfDevice, nextOfSending, failed, changed });

  function nextOfDevice(): Step | undefined {
    const { now } = held;
    if (!isWanted || isWaiting) return undefined;
    if (!now || isStale || now.choice !== choice) return step('choice', open);
    if (now.processor !== processor)
      return step('processor', (signal) => held.process(tried.processor, signal));
    return now.quality === quality ? undefined : step('quality', () => held.adjust(tried.quality));
  }

  function nextOfSending(): Step | undefined {
    const track = held.now?.sent.track;
    // While another one is looked for, its place is kept.
    if (isWanted && !track) return undefined;
    const bitsPerSecond = quality && VIDEO_QUALITIES[quality].bitsPerSecond;
    const run = publication.next(track && { track, muted: isMuted, bitsPerSecond });
    if (!run) return undefined;
    const ask = () =>
      run().catch((error: unknown) => {
        // Of a track that is not wanted any more: it may have ended before its turn came.
        if (held.now?.sent.track === track) throw error;
      });
    return { aspect: 'on', run: ask };
  }

  /** What nobody wants any more cannot fail. */
  function step(aspect: Step['aspect'], task: (signal: AbortSignal) => Promise<void>): Step {
    async function run(): Promise<void> {
      const { signal } = life;
      tried = { choice, quality, processor };
      before = held.now;
      await unlessAborted(task(signal), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    return { aspect, run };
  }

  async function open(signal: AbortSignal): Promise<void> {
    isStale = false;
    if (isRecovering) await lookAround(signal);
    await held.open(tried, { signal, isNew: tried.choice !== accepted, isThere });
    accepted = tried.choice;
    openedAt = clock.now();
    isRecovering = isDenied = false;
    problem = undefined;
    // With permission come the labels.
    void watch.refresh();
  }

  /** A visitor who took back the permission must not be asked again. */
  async function lookAround(signal: AbortSignal): Promise<void> {
    await watch.refresh();
    signal.throwIfAborted();
    if (wasGranted && watch.permission !== 'granted') throw new MediaFailure('denied');
    const isHopeless = isFlapping || watch.list.devices.length === 0;
    isFlapping = false;
    if (isHopeless) throw new MediaFailure('lost');
  }

  function failed(aspect: Step['aspect'], error: unknown, reject: Reject): void {
    if (aspect === 'processor') {
      if (processor !== tried.processor) return;
      processor = before?.processor;
      reject('processor', error);
    } else if (aspect === 'quality') {
      if (quality !== tried.quality) return;
      quality = before?.quality;
      reject('quality', problemOf(source, error).error);
    } else if (aspect === 'choice') {
      openingFailed(problemOf(source, error), reject);
    } else {
      giveUp(problemOf(source, error), reject);
    }
  }

  function openingFailed(failure: MediaProblem, reject: Reject): void {
    const { error } = failure;
    if (choice !== tried.choice) return;
    if (choice !== accepted && (held.now || error.code !== 'permission-denied')) {
      choice = accepted;
      reject('choice', error);
    } else if (held.now) {
      logger.warn(`media: the ${source} stays as it is`, { error });
    } else {
      giveUp(failure, reject);
    }
  }

  function giveUp(failure: MediaProblem, reject: Reject): void {
    const wasTold = reject('on', failure.error);
    const isKnown = isRecovering && problem !== undefined;
    isDenied = failure.reason.startsWith('denied');
    if (isRecovering && !wasTold && failure.error.code === 'device-unavailable') isWaiting = true;
    else letGo();
    problem = failure;
    if (!wasTold && !isKnown) host.failed(source, failure);
  }

  function letGo(): void {
    isWanted = false;
    problem = undefined;
    accepted = choice;
    isRecovering = isWaiting = isStale = wasGranted = false;
    life.abort();
    held.release();
  }

  /** The browser's own button ends a shared screen. */
  function ended(): void {
    if (source === 'screen') {
      letGo();
    } else {
      isRecovering = true;
      isFlapping = clock.now() - openedAt < FLAPPING_MS;
    }
    steps.start();
  }

  /** iOS does not always give back what it took while the page was in the background. */
  function returned(): void {
    if (!held.now?.raw.muted) return;
    isStale = true;
    steps.start();
  }

  function isThere(id: string): boolean {
    const { devices: seen } = watch.list;
    // Without permission the list has no ids.
    return !seen.some((device) => device.id) || seen.some((device) => device.id === id);
  }

  function listChanged(was: DeviceList): void {
    const { list, permission } = watch;
    wasGranted ||= permission === 'granted';
    if (list !== was) {
      if (list.devices.length > 0) isWaiting = false;
      const { deviceId, facing } = choice;
      const isBack = deviceId && held.now?.isStandIn && isThere(deviceId);
      const isOther = was.defaultId && list.defaultId && was.defaultId !== list.defaultId;
      if (held.now && (isBack || (isOther && !deviceId && !facing))) isStale = true;
    }
    steps.start();
  }

  function changed(): void {
    const { now } = held;
    if (now) now.sent.track.enabled = !isMuted;
    held.tidy(publication.sends);
    watch.observe(isWanted);
    foreground.observe(isWanted && source !== 'screen');
    opened?.(now?.raw);
    const next = stateNow();
    if (state && isSame(state, next)) return;
    state = Object.freeze(next);
    host.changed(source, state);
  }

  function stateNow(): MediaState {
    const { now } = held;
    const isOn = now?.raw.muted ? 'interrupted' : 'on';
    const isComing = isRecovering ? 'interrupted' : 'starting';
    const opened = source === 'screen' ? undefined : now?.raw.getSettings().deviceId;
    const deviceId = opened === 'default' ? (watch.list.defaultId ?? opened) : opened;
    const known = watch.permission;
    const guessed = isDenied ? 'denied' : 'unknown';
    return {
      status: isWanted ? (now ? isOn : isComing) : 'off',
      muted: isMuted,
      sending: now !== undefined && publication.sends(now.sent.track),
      permission: now ? 'granted' : known === 'unknown' ? guessed : known,
      devices: watch.list.devices,
      ...(deviceId && { deviceId }),
      ...(choice.deviceId !== undefined && { chosenId: choice.deviceId }),
      ...(choice.facing && { facing: choice.facing }),
      ...(quality && { quality }),
      ...(problem && { problem }),
    };
  }

  function begin(): void {
    if (!isWanted) {
      isWanted = true;
      life = new AbortController();
    }
    isWaiting = false;
    steps.start();
  }

  /** While it is off, and while it opens, there is nothing to wait for. */
  async function settle(aspect: Step['aspect']): Promise<void> {
    if (held.now) await steps.settle(aspect);
    else changed();
  }

  async function choose(next: Choice): Promise<void> {
    if (!isSame(next, choice)) choice = next;
    isWaiting = false;
    if (isWanted) return steps.settle('choice');
    accepted = choice;
    changed();
  }

  return {
    get track() {
      return held.now?.sent.track;
    },
    enable: () =>
      quietly(async () => {
        begin();
        if (!state?.sending) await steps.settle('on');
      }),
    begin,
    disable() {
      letGo();
      return steps.settle('sent');
    },
    setMuted: (muted) =>
      quietly(async () => {
        check(typeof muted === 'boolean', 'muted');
        isMuted = muted;
        return steps.settle('sent');
      }),
    watch: watch.watch,
    choose: (deviceId) =>
      quietly(async () => {
        const isOne = typeof deviceId === 'string' && deviceId !== '';
        check(isOne || deviceId === undefined, 'deviceId');
        return choose(isOne ? { deviceId } : {});
      }),
    setFacing: (facing: CameraFacing) =>
      quietly(async () => {
        check(facing === 'user' || facing === 'environment', 'facing');
        return choose({ facing });
      }),
    setQuality: (wanted) =>
      quietly(async () => {
        check(Object.hasOwn(VIDEO_QUALITIES, wanted), 'quality');
        quality = wanted;
        return settle('quality');
      }),
    use: (wanted) =>
      quietly(async () => {
        const isOne = wanted === undefined || typeof wanted?.process === 'function';
        check(isOne, 'processor');
        processor = wanted;
        return settle('processor');
      }),
    follow() {
      publication.follow();
      steps.start();
    },
    stop() {
      letGo();
      steps.start();
    },
  };
}

export function check(isRight: boolean, field: string): void {
  if (!isRight) throw new AvatarError('invalid-argument', `Not a valid ${field}.`);
}

function isSame(one: object, other: object): boolean {
  const [a, b] = [Object.entries(one), Object.entries(other)];
  return (
    a.length === b.length && a.every(([key, value]) => value === (other as Record<string, unknown>)[key])
  );
}
