import type { AvatarSession } from '@avatarwire/core';

export interface HandedOver {
  readonly at: number;
  readonly bytes: number;
  readonly lane: string | undefined;
  readonly messageId: string | undefined;
}

/** Everything that a session hands to its transport from now on. */
export function recordHandOvers(session: AvatarSession): readonly HandedOver[] {
  const all: HandedOver[] = [];
  session.tap(({ direction, at, data, lane, messageId }) => {
    if (direction === 'out') all.push({ at, bytes: data.byteLength, lane, messageId });
  });
  return all;
}

/** The fullest second, wherever it begins. Counts by itself: what it judges keeps a log of its own. */
export function fullestSecond(all: readonly Pick<HandedOver, 'at' | 'bytes'>[]): {
  readonly packets: number;
  readonly bytes: number;
} {
  let fullest = { packets: 0, bytes: 0 };
  for (const { at } of all) {
    const second = all.filter((other) => other.at >= at && other.at < at + 1_000);
    const bytes = second.reduce((sum, packet) => sum + packet.bytes, 0);
    fullest = {
      packets: Math.max(fullest.packets, second.length),
      bytes: Math.max(fullest.bytes, bytes),
    };
  }
  return fullest;
}
