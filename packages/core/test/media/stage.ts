/** Devices, a connection that notes what it is asked, and a host that keeps what it is told. */

import { createPublishing } from '../../src/adapter/index';
import type { Clock } from '../../src/clock';
import { AvatarError, isAvatarError } from '../../src/errors';
import type { MediaDriver, MediaProblem, MediaState, SpeakerState } from '../../src/local-media';
import { silentLogger } from '../../src/logger';
import { type LocalMediaOptions, localMedia } from '../../src/media/index';
import type { PublishedSource, Publishing } from '../../src/transport';
import { createManualClock, type ManualClock } from '../support/manual-clock';
import { FakeDevices } from './fake-devices';

export interface Connection {
  readonly publishing: Publishing;
  /** `enabled` of each track, at the call that handed it over. */
  readonly handedOver: boolean[];
  /** Every call of the SDK, in order. */
  readonly calls: string[];
  /** What others get now, by source. */
  readonly sent: Map<PublishedSource, { track: MediaStreamTrack; muted: boolean }>;
  readonly limits: Map<PublishedSource, number>;
  /** Before the SDK answers; what it rejects with fails the call. */
  answer: (call: string) => Promise<void>;
  isDown: boolean;
}

/** Core's own publishing over a double of an SDK. */
export function makeConnection(clock: Clock): Connection {
  const sent: Connection['sent'] = new Map();
  const limits: Connection['limits'] = new Map();
  const calls: string[] = [];
  async function ask(call: string): Promise<void> {
    calls.push(call);
    await connection.answer(call);
  }
  const publishing = createPublishing<MediaStreamTrack>({
    provider: 'memory',
    clock,
    check() {
      if (connection.isDown) throw new AvatarError('not-connected', 'It is down.');
    },
    hold: (track) => track,
    async start(track, source, muted) {
      // From the call on, as an SDK may send before it says so.
      sent.set(source, { track, muted });
      await ask(`publish ${source} ${track.enabled ? 'enabled' : 'disabled'}`).catch((error) => {
        sent.delete(source);
        throw error;
      });
    },
    async replace(_old, track, source, muted) {
      await ask(`replace ${source}`);
      sent.set(source, { track, muted });
    },
    async mute(track, source, muted) {
      await ask(`${muted ? 'mute' : 'unmute'} ${source}`);
      sent.set(source, { track, muted });
    },
    async limit(_track, source, bits) {
      await ask(`limit ${source} ${bits}`);
      limits.set(source, bits);
    },
    async stop(_track, source) {
      await ask(`unpublish ${source}`);
      sent.delete(source);
    },
    release: () => {},
    toError: (cause) => new AvatarError('network', 'The network did not take it.', { cause }),
  });
  const handedOver: boolean[] = [];
  const noted: Publishing = {
    ...publishing,
    publish(source, track) {
      handedOver.push(track.enabled);
      return publishing.publish(source, track);
    },
    replace(source, track) {
      handedOver.push(track.enabled);
      return publishing.replace(source, track);
    },
  };
  const connection: Connection = {
    publishing: noted,
    handedOver,
    calls,
    sent,
    limits,
    answer: async () => {},
    isDown: false,
  };
  return connection;
}

export interface MediaStage extends MediaDriver {
  readonly devices: FakeDevices;
  readonly clock: ManualClock;
  readonly states: Partial<Record<PublishedSource, MediaState>>;
  readonly history: { readonly source: PublishedSource; readonly state: MediaState }[];
  readonly failures: { readonly source: PublishedSource; readonly problem: MediaProblem }[];
  readonly speakers: SpeakerState[];
  /** Joins: what is on is sent over it. */
  join(): Connection;
  leave(): void;
  output: ((deviceId: string) => Promise<void>) | undefined;
}

export function mediaStage(options: LocalMediaOptions = {}): MediaStage {
  const clock = createManualClock();
  const devices = new FakeDevices();
  let publishing: Publishing | undefined;
  const states: MediaStage['states'] = {};
  const history: MediaStage['history'] = [];
  const failures: MediaStage['failures'] = [];
  const speakers: SpeakerState[] = [];
  const driver = localMedia({ devices, ...options })({
    clock,
    logger: silentLogger,
    publishing: () => publishing,
    changed(source, state) {
      states[source] = state;
      history.push({ source, state });
    },
    speakerChanged: (state) => speakers.push(state),
    failed: (source, problem) => failures.push({ source, problem }),
    get setOutput() {
      return stage.output;
    },
  });
  const stage: MediaStage = {
    ...driver,
    devices,
    clock,
    states,
    history,
    failures,
    speakers,
    output: undefined,
    join() {
      const connection = makeConnection(clock);
      publishing = connection.publishing;
      driver.follow();
      return connection;
    },
    leave() {
      publishing = undefined;
      driver.follow();
    },
  };
  return stage;
}

/** Lets everything that promises set off be done. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return isAvatarError(error) ? error.code : String(error);
  }
}

/** A gate that a test opens. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, pass: () => opened };
}
