import type { WireRecord } from '@avatarwire/core';

export { fullestSecond } from '@avatarwire/tooling/delivery';

export function totalBytes(packets: readonly Pick<WireRecord, 'data'>[]): number {
  return packets.reduce((total, { data }) => total + data.length, 0);
}
