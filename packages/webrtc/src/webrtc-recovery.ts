/** What is done about a path that is lost, until it is back or has been away for too long. */

import type { WebrtcSettings } from './webrtc-options';

export interface RecoveryEvents {
  /** Restarts ICE. False where that is the other end's to do. */
  restart(): boolean;
  onGivenUp(): void;
}

export interface Recovery {
  /** The path is lost. Restarts after `delayMs`, then again and again. */
  begin(delayMs: number): void;
  /** Now, and then again and again. */
  restart(): void;
  /** The path is back, or nobody waits for it any more. */
  end(): void;
}

export function createRecovery(
  { clock, iceRestartIntervalMs, reconnectTimeoutMs }: WebrtcSettings,
  events: RecoveryEvents,
): Recovery {
  let cancelDeadline = () => {};
  let cancelRestart = () => {};

  function restart(): void {
    cancelRestart();
    if (events.restart()) cancelRestart = clock.schedule(restart, iceRestartIntervalMs);
  }

  return {
    begin(delayMs) {
      cancelDeadline = clock.schedule(events.onGivenUp, reconnectTimeoutMs);
      if (delayMs === 0) restart();
      else cancelRestart = clock.schedule(restart, delayMs);
    },
    restart,
    end() {
      cancelDeadline();
      cancelRestart();
    },
  };
}
