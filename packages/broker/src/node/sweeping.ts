import type { Clock, Logger } from '@avatarwire/core';
import type { SweepReport } from '../options';

export interface SweepingOptions {
  sweep(): Promise<SweepReport>;
  /** From the end of one sweep to the beginning of the next, in milliseconds. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  onSwept(ms: number, outcome: 'done' | 'failed'): void;
}

export interface Sweeping {
  /** None begins any more; the one under way goes on. */
  stop(): void;
}

/** Sweeps now and then again and again, one at a time, whatever becomes of one. */
export function startSweeping({ sweep, everyMs, clock, logger, onSwept }: SweepingOptions): Sweeping {
  let stopped = false;
  let cancel = () => {};

  const once = async () => {
    const startedAt = clock.now();
    try {
      report(await sweep(), logger);
      onSwept(clock.now() - startedAt, 'done');
    } catch (error) {
      logger.error('A sweep failed; the next one tries again.', { error });
      onSwept(clock.now() - startedAt, 'failed');
    }
    if (!stopped) cancel = clock.schedule(() => void once(), everyMs);
  };
  void once();

  return {
    stop() {
      stopped = true;
      cancel();
    },
  };
}

/** The sessions themselves are logged by the broker. */
function report({ closed, postponed, unresolved }: SweepReport, logger: Logger): void {
  if (closed + postponed + unresolved.length > 0)
    logger.info('Swept.', { closed, postponed, unresolved: unresolved.length });
}
