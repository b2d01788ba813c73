export interface TimedPacket {
  /** Milliseconds on any clock. */
  readonly at: number;
  readonly data: Uint8Array;
}

export interface Peak {
  readonly packets: number;
  readonly bytes: number;
}

/** The most that any second holds, wherever it starts, both ends counted. Plain, to be beyond doubt. */
export function fullestSecond(packets: readonly TimedPacket[]): Peak {
  let peak: Peak = { packets: 0, bytes: 0 };
  for (const { at: start } of packets) {
    const second = packets.filter(({ at }) => at >= start && at <= start + 1_000);
    const bytes = second.reduce((total, { data }) => total + data.length, 0);
    peak = { packets: Math.max(peak.packets, second.length), bytes: Math.max(peak.bytes, bytes) };
  }
  return peak;
}
