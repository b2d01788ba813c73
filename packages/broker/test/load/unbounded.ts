import type { BrokerLimits } from '../../src';

/** What a load of one caller needs. */
export const UNBOUNDED: Partial<BrokerLimits> = {
  sessionsPerCaller: 1e9,
  sessionsInAll: 1e9,
  secondsPerCallerAndDay: 1e9,
  opensPerMinute: 1e9,
  opensInAllPerMinute: 1e9,
};
