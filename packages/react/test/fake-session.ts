import type { AvatarSession, SessionSnapshot } from '@avatarwire/core';

export interface FakeSession extends AvatarSession {
  /** Changes the snapshot and tells whoever listens. */
  change(change: Partial<SessionSnapshot>): void;
  readonly calls: { connect: number; close: number };
  readonly listeners: ReadonlySet<() => void>;
  readonly attached: ReadonlySet<HTMLVideoElement>;
}

const fresh: SessionSnapshot = {
  state: 'idle',
  params: {},
  responsive: true,
  can: { speak: false, ask: false, interrupt: false, setParams: false, setAction: false },
  messages: [],
  avatar: { present: false, speaking: false, audio: false, video: false },
  playback: 'none',
  timings: {},
};

/** A session without a wire: what React sees of one, and counters of what it was asked. */
export function fakeSession(connect: () => Promise<void> = async () => undefined): FakeSession {
  let snapshot = fresh;
  const listeners = new Set<() => void>();
  const attached = new Set<HTMLVideoElement>();
  const calls = { connect: 0, close: 0 };
  const change = (partial: Partial<SessionSnapshot>) => {
    snapshot = { ...snapshot, ...partial };
    for (const listener of [...listeners]) listener();
  };
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
    attached,
    change,
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
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    on: () => () => undefined,
    once: () => Promise.reject(new Error('not part of the fake')),
    tap: () => () => undefined,
    transport: undefined,
  };
}
