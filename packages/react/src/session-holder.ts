/** The session of one provider: made when first needed, closed when nobody is left. */

import type { AvatarSession } from '@avatarwire/core';

export interface SessionHolder {
  /** The session; the first call makes it. */
  get(): AvatarSession;
  /** One mounted provider more. The function returned takes it back; after the last one the session is closed. */
  retain(): () => void;
  /** Connects unless something is under way. The function returned takes that back while it has not begun. */
  connectSoon(): () => void;
}

/**
 * Making is left to the first `get`, and not to the provider's own render: React renders a component twice under
 * StrictMode and up to version 18 drops the state of the first time, and with it a session nobody would close.
 *
 * Closing waits for a microtask: StrictMode and Fast Refresh unmount and mount again within one turn, and the session
 * outlives that.
 */
export function holdSession(make: () => AvatarSession, closeWhenUnused: boolean): SessionHolder {
  let session: AvatarSession | undefined;
  let holders = 0;
  let checking = false;
  const get = () => (session ??= make());

  return {
    get,
    retain() {
      holders += 1;
      return () => {
        holders -= 1;
        if (checking || !closeWhenUnused) return;
        checking = true;
        queueMicrotask(() => {
          checking = false;
          if (holders === 0) void session?.close();
        });
      };
    },
    connectSoon() {
      let wanted = true;
      const connect = async () => {
        const { state } = get().getSnapshot();
        // A session that is just closing can be connected again once that is done.
        if (state === 'closing') await get().close();
        if (wanted && (state === 'idle' || state === 'closing' || state === 'closed')) await get().connect();
      };
      queueMicrotask(() => {
        // What went wrong stands in the snapshot, under `closed`.
        if (wanted) connect().catch(() => undefined);
      });
      return () => {
        wanted = false;
      };
    },
  };
}
