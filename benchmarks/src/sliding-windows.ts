import type { WireRecord } from '@avatarwire/core';

export interface Peak {
  readonly packets: number;
  readonly bytes: number;
}

/** The most that any second holds, wherever it starts, both ends counted. Plain, to be beyond doubt. */
export function fullestSecond(packets: readonly { readonly at: number; readonly data: Uint8Array }[]): Peak {
  let peak: Peak = { packets: 0, bytes: 0 };
  for (const { at: start } of packets) {
    const second = packets.filter(({ at }) => at >= start && at <= start + 1_000);
    const bytes = totalBytes(second);
    peak = { packets: Math.max(peak.packets, second.length), bytes: Math.max(peak.bytes, bytes) };
  }
  return peak;
}

export function totalBytes(packets: readonly Pick<WireRecord, 'data'>[]): number {
  return packets.reduce((total, { data }) => total + data.length, 0);
}
