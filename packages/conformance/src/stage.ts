/** Sets the stage of a case, and clears up after it. */

import {
  type AvatarTransport,
  isAvatarError,
  type Logger,
  type Provider,
  type TransportEvents,
} from '@avatarwire/core';
import { check, fail } from './check';
import { type Operation, operations, type RemoteEnd, remoteEnds } from './far';
import type { TransportHarness } from './harness';
import { makeTrack, watchClones } from './local-tracks';
import { readable } from './readable';
import type { BoundFar, RecordedEvent, Stage, Watched } from './stage-types';
import { createWaiting } from './waiting';

/** Complete by its type. */
const eventTable: { readonly [E in keyof TransportEvents]: true } = {
  packet: true,
  'track-added': true,
  'track-removed': true,
  'playback-blocked': true,
  'participant-joined': true,
  'participant-left': true,
  reconnecting: true,
  reconnected: true,
  quality: true,
  'credentials-expiring': true,
  closed: true,
};
const eventNames = Object.keys(eventTable) as readonly (keyof TransportEvents)[];

/** Sets a stage, runs `task` on it, and clears up whatever became of it. */
export async function onStage<P extends Provider, Room, T>(
  harness: TransportHarness<P, Room>,
  task: (stage: Stage<P>, room: Room) => Promise<T>,
): Promise<T> {
  const cleanUps: (() => Promise<void>)[] = [];
  const problems: unknown[] = [];
  const run = async () => {
    const { stage, room } = await setStage(harness, cleanUps);
    return task(stage, room);
  };
  const outcome = await run().then(
    (value) => ({ value }),
    (error: unknown) => {
      problems.push(error);
    },
  );
  for (const cleanUp of cleanUps.reverse()) {
    await cleanUp().catch((error: unknown) => {
      problems.push(error);
    });
  }
  // The first problem is the one to read: what clears up after it often fails for the same cause.
  if (problems.length > 0 || !outcome) throw problems[0];
  return outcome.value;
}

async function setStage<P extends Provider, Room>(
  harness: TransportHarness<P, Room>,
  cleanUps: (() => Promise<void>)[],
): Promise<{ stage: Stage<P>; room: Room }> {
  const waiting = createWaiting(harness.time, harness.patienceMs ?? 5_000, harness.quietMs ?? 150);
  const room = await harness.open();
  cleanUps.push(async () => harness.close?.(room));
  const logged: string[] = [];
  const clones: MediaStreamTrack[] = [];
  cleanUps.push(async () => {
    for (const clone of clones) clone.stop();
  });
  const logger = recordingLogger(logged);

  function watch(transport: AvatarTransport<P>): Watched<P> {
    const events: RecordedEvent[] = [];
    const undo = eventNames.map((event) => listen(transport, event, events));
    cleanUps.push(async () => {
      await waiting.settles(
        Promise.resolve().then(() => transport.close()),
        'close() in clearing up',
      );
      for (const stop of undo) stop();
    });
    const watched: Watched<P> = {
      transport,
      events,
      all: (event) => allOf(events, event),
      connect: (options) =>
        quietly(
          transport.connect(harness.credentials(room), {
            signal: new AbortController().signal,
            logger,
            ...(harness.avatarId && { avatarId: harness.avatarId(room) }),
            ...options,
          }),
        ),
      send: (data) => quietly(transport.send(data)),
      checkEnded(reasons) {
        const closed = allOf(events, 'closed');
        check(closed.length > 0, 'closed must be emitted.');
        check(closed.length === 1, `closed must be emitted exactly once, not ${closed.length} times.`);
        const reason = closed[0]?.reason ?? '';
        check(
          ([] as string[]).concat(reasons).includes(reason),
          `closed must give the reason ${String(reasons)}, not ${reason}.`,
        );
        const last = events.at(-1)?.event;
        check(last === 'closed', `Nothing may be emitted after closed; ${String(last)} was.`);
        const error = closed[0]?.error;
        check(error === undefined || isAvatarError(error), 'The error of closed must be an AvatarError.');
      },
    };
    return watched;
  }

  const stage: Stage<P> = {
    ...waiting,
    provider: harness.provider,
    buffer: harness.buffer ?? 'free',
    invalidCredentials: harness.invalidCredentials ?? [],
    proveMedia: async (track) => harness.proveMedia?.(track),
    far: bind(harness.far, room),
    async endFromFar() {
      const [operation, reason] =
        remoteEnds.find(([name]) => harness.far[name] !== undefined) ?? fail('The far end cannot end it.');
      await stage.far[operation]();
      return reason;
    },
    can: (operation) => harness.far[operation] !== undefined,
    credentials: () => harness.credentials(room),
    burst: harness.burst ?? { packets: 60, bytes: 200_000 },
    localTrack(kind) {
      const given = harness.localTrack?.(kind);
      const { track, stop } = given ? { track: given, stop: () => given.stop() } : makeTrack(kind);
      cleanUps.push(async () => stop());
      watchClones(track, clones);
      return track;
    },
    liveClones: () => clones.filter(({ readyState }) => readyState === 'live').length,
    tellsSources: harness.tellsSources ?? true,
    connectTimeoutMs: harness.connectTimeoutMs ?? 15_000,
    lowMarkBytes: harness.lowMarkBytes ?? 0,
    avatarId: harness.avatarId?.(room),
    secrets: () => harness.secrets?.(room) ?? [],
    logged,
    create: () => watch(harness.create(room)),
    async connect(options) {
      const watched = watch(harness.create(room));
      const connection = await waiting.resolves(
        watched.connect(options),
        'connect()',
        (harness.patienceMs ?? 5_000) * 2,
      );
      return { ...watched, connection };
    },
    listenerCount: ({ transport }) => harness.listeners?.count(room, transport) ?? 0,
    addForeignListener: ({ transport }) =>
      harness.listeners?.addForeign(room, transport) ?? fail('No listeners to count.'),
    another: async () => (await setStage(harness, cleanUps)).stage,
  };
  return { stage, room };
}

function listen<P extends Provider, E extends keyof TransportEvents>(
  transport: AvatarTransport<P>,
  event: E,
  events: RecordedEvent[],
): () => void {
  return transport.on(event, (payload) => {
    events.push({ event, payload } as RecordedEvent);
  });
}

function allOf<E extends keyof TransportEvents>(
  events: readonly RecordedEvent[],
  event: E,
): TransportEvents[E][] {
  const payloads: TransportEvents[E][] = [];
  for (const recorded of events) if (isOf(recorded, event)) payloads.push(recorded.payload);
  return payloads;
}

function isOf<E extends keyof TransportEvents>(
  recorded: RecordedEvent,
  event: E,
): recorded is RecordedEvent & { readonly event: E; readonly payload: TransportEvents[E] } {
  return recorded.event === event;
}

function bind<Room>(far: RemoteEnd<Room>, room: Room): BoundFar {
  const bound: Partial<Record<Operation, (...rest: never[]) => unknown>> = {};
  for (const name of operations) {
    const operation = far[name] as ((room: Room, ...rest: never[]) => unknown) | undefined;
    bound[name] = (...rest) =>
      operation?.call(far, room, ...rest) ?? (operation ? undefined : fail(`far.${name} is missing.`));
  }
  return bound as BoundFar;
}

/** A case looks at a promise when it wants to; until then its rejection is nobody's business. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function recordingLogger(lines: string[]): Logger {
  const write = (message: string, details?: Readonly<Record<string, unknown>>) => {
    lines.push(`${message} ${readable(details)}`);
  };
  return Object.freeze({ error: write, warn: write, info: write, debug: write });
}
