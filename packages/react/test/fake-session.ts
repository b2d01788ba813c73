import {
  type AvatarSession,
  createEmitter,
  idleSnapshot,
  type SessionEvents,
  type SessionSnapshot,
  type Statistics,
} from '@avatarwire/core';
import { type FakeMedia, fakeMedia } from './fake-media';

export interface FakeSession extends AvatarSession {
  /** Changes the snapshot and tells whoever listens. */
  change(change: Partial<SessionSnapshot>): void;
  replace(snapshot: SessionSnapshot): void;
  emit<E extends keyof SessionEvents>(event: E, payload: SessionEvents[E]): void;
  measure(statistics: Statistics): void;
  readonly calls: { connect: number; close: number };
  readonly listeners: ReadonlySet<() => void>;
  /** Of `on` and `onStatistics`. */
  readonly others: () => number;
  /** What `onStatistics` was asked for, in order. */
  readonly measuredEvery: readonly (number | undefined)[];
  readonly attached: ReadonlySet<HTMLVideoElement>;
  readonly media: FakeMedia;
}

/** A session without a wire: what React sees of one, and counters of what it was asked. */
export function fakeSession(connect: () => Promise<void> = async () => undefined): FakeSession {
  let snapshot: SessionSnapshot = idleSnapshot;
  const listeners = new Set<() => void>();
  const attached = new Set<HTMLVideoElement>();
  const events = createEmitter<SessionEvents>();
  const measurements = createEmitter<{ measured: Statistics }>();
  const measuredEvery: (number | undefined)[] = [];
  const media = fakeMedia();
  const calls = { connect: 0, close: 0 };
  const replace = (next: SessionSnapshot) => {
    snapshot = next;
    for (const listener of [...listeners]) listener();
  };
  const change = (partial: Partial<SessionSnapshot>) => replace({ ...snapshot, ...partial });
  const delivery = async () => ({
    messageId: 'm',
    status: 'sent' as const,
    parts: 1,
    bytes: 1,
    unsentText: '',
    uncertain: false,
  });
  const close = async () => {
    calls.close += 1;
    change({ state: 'closed', closed: { reason: 'requested' } });
  };

  return {
    calls,
    listeners,
    others: () => events.listenerCount() + measurements.listenerCount(),
    measuredEvery,
    attached,
    media,
    change,
    replace,
    emit: events.emit,
    measure: (statistics) => measurements.emit('measured', statistics),
    async connect() {
      calls.connect += 1;
      change({ state: 'connecting' });
      await connect();
      change({ state: 'live' });
    },
    close,
    [Symbol.asyncDispose]: close,
    send: delivery,
    ask: delivery,
    speak: delivery,
    async interrupt() {},
    async setParams() {},
    async setAction() {
      return { acknowledged: false };
    },
    attach(element) {
      attached.add(element);
      return () => attached.delete(element);
    },
    async resumePlayback() {},
    microphone: media.microphone,
    camera: media.camera,
    screen: media.screen,
    speaker: media.speaker,
    keepOpen() {},
    onStatistics(listener, options) {
      measuredEvery.push(options?.everyMs);
      return measurements.on('measured', listener);
    },
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    on: events.on,
    once: () => Promise.reject(new Error('not part of the fake')),
    tap: () => () => undefined,
    transport: undefined,
  };
}
