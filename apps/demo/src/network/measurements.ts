import type { Statistics } from '@avatarwire/core';

/** One second of the network, as the vendor measured it. A figure that it does not measure is absent. */
export interface Measurement {
  /** Milliseconds on the page's clock. */
  readonly atMs: number;
  readonly roundTripMs?: number;
  readonly bitsInPerSecond?: number;
  readonly bitsOutPerSecond?: number;
  readonly framesPerSecond?: number;
  readonly packetsLostPerSecond?: number;
}

export const FIGURES = [
  'roundTripMs',
  'bitsInPerSecond',
  'bitsOutPerSecond',
  'framesPerSecond',
  'packetsLostPerSecond',
] as const satisfies readonly (keyof Measurement)[];
export type Figure = (typeof FIGURES)[number];

/** Vendors count from the beginning of a connection; what is shown is what came since the count before. */
export function measure(now: Statistics, nowMs: number, before?: Counted): Measurement {
  const seconds = before === undefined ? 0 : (nowMs - before.atMs) / 1_000;
  const rate = (field: 'bytesReceived' | 'bytesSent' | 'packetsLost', unit: number) => {
    const count = now[field];
    const earlier = before?.statistics[field];
    if (count === undefined || earlier === undefined || seconds <= 0) return undefined;
    // Less than before: another connection counts anew.
    return count < earlier ? undefined : ((count - earlier) * unit) / seconds;
  };
  return withoutAbsent({
    atMs: nowMs,
    roundTripMs: now.roundTripMs,
    bitsInPerSecond: rate('bytesReceived', 8),
    bitsOutPerSecond: rate('bytesSent', 8),
    framesPerSecond: now.framesPerSecond,
    packetsLostPerSecond: rate('packetsLost', 1),
  });
}

export interface Counted {
  readonly statistics: Statistics;
  readonly atMs: number;
}

type WithAbsent<T> = { readonly [K in keyof T]: T[K] | undefined } & { readonly atMs: number };

function withoutAbsent(measurement: WithAbsent<Measurement>): Measurement {
  const { atMs, ...figures } = measurement;
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return { atMs, ...Object.fromEntries(known) };
}
