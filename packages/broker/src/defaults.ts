import type { BrokerLimits, BrokerTimings } from './options';

export const DEFAULT_BASE_PATH = '/api/avatar';

export const DEFAULT_LIMITS: BrokerLimits = Object.freeze({
  maxBodyBytes: 65_536,
  maxJsonDepth: 16,
  sessionsPerCaller: 2,
  sessionsInAll: 100,
  secondsPerCallerAndDay: 14_400,
  opensPerMinute: 12,
  opensInAllPerMinute: 600,
  callsPerMinute: 120,
  urgentCallsPerMinute: 120,
  closesPerMinute: 60,
});

export const DEFAULT_TIMINGS: BrokerTimings = Object.freeze({
  beatMs: 30_000,
  silenceMs: 150_000,
  openMs: 45_000,
  intentMs: 240_000,
  closeMs: 20_000,
  rememberMs: 86_400_000,
});
