/** The way to the other end while no path stands yet: opened once, and said goodbye to. */

import type { Clock, ConnectOptions } from '@avatarwire/core';
import { settledWithin } from '@avatarwire/core/adapter';
import type { RemoteSignals, Signalling } from './webrtc-signalling';

/** Below the 3 s that `close` may take. */
const GOODBYE_MS = 2_500;

export interface SignallingChannelOptions {
  readonly signalling: Signalling;
  readonly clock: Clock;
  /** After its abort nothing is heard any more. */
  readonly signal: AbortSignal;
  readonly call: ConnectOptions['call'];
  readonly remote: RemoteSignals;
  readonly onCloseFailed: (cause: unknown) => void;
}

export interface SignallingChannel {
  readonly isOpen: boolean;
  /** A failure goes to `remote.failed`. */
  open(): Promise<void>;
  /** What is being opened is closed once it is; does nothing where nothing was opened. */
  close(): Promise<void>;
}

export function createSignallingChannel(options: SignallingChannelOptions): SignallingChannel {
  const { signalling, clock, signal, call, remote, onCloseFailed } = options;
  let opening: Promise<void> | undefined;
  let isOpen = false;

  const unlessOver =
    <Heard extends unknown[]>(listener: (...heard: Heard) => void) =>
    (...heard: Heard): void => {
      if (!signal.aborted) listener(...heard);
    };
  const heard: RemoteSignals = {
    description: unlessOver(remote.description),
    candidate: unlessOver(remote.candidate),
    ended: unlessOver(remote.ended),
    failed: unlessOver(remote.failed),
  };

  return {
    get isOpen() {
      return isOpen;
    },
    async open() {
      // Set before the call: what is said inside of it may already end everything.
      let settled = () => {};
      opening = new Promise((resolve) => {
        settled = resolve;
      });
      try {
        await signalling.open(heard, { signal, ...(call && { call }) });
        isOpen = true;
      } catch (error) {
        heard.failed(error);
      } finally {
        settled();
      }
    },
    async close() {
      if (!opening) return;
      const said = opening.then(() => signalling.close()).catch(onCloseFailed);
      await settledWithin(clock, GOODBYE_MS, said);
    },
  };
}
