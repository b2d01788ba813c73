import type { OutboxConnection } from './outbox-types';
import { checkRatePolicy, type RatePolicy } from './rate-policies';
import type { WindowLimit } from './sliding-log';

/** A connection, with what follows from its policy. */
export interface Link {
  readonly connection: OutboxConnection;
  readonly maxPacketBytes: number;
  /** Size of a full packet of chat. */
  readonly chatPacketBytes: number;
  /** What a second may hold in all, for interrupts. */
  readonly whole: WindowLimit;
  /** What a second may hold for everything else to leave the reserve free. */
  readonly usable: WindowLimit;
}

/** @throws AvatarError `invalid-argument` for a policy that cannot be kept */
export function createLink(connection: OutboxConnection): Link {
  const policy = checkRatePolicy(connection.policy);
  const maxPacketBytes = Math.min(policy.maxPacketBytes, connection.maxPacketBytes);
  const usable = usableLimit(policy);
  return {
    connection,
    maxPacketBytes,
    chatPacketBytes: wholeNumberSize(maxPacketBytes, usable),
    whole: { packets: policy.packetsPerSecond, bytes: policy.bytesPerSecond },
    usable,
  };
}

function usableLimit({ packetsPerSecond, bytesPerSecond, reserve }: RatePolicy): WindowLimit {
  return { packets: packetsPerSecond - reserve.packets, bytes: bytesPerSecond - reserve.bytes };
}

/** About what each packet of chat costs beside its text. */
const FRAME_BYTES = 96;

/**
 * As large as allowed, or a little smaller where a whole number of packets then uses a second's bytes up and carries
 * more text: six of 1,000 bytes fit where five of 1,024 would leave 880 unused. Where the number of packets runs out
 * before the bytes do, size is all that counts.
 */
function wholeNumberSize(largest: number, usable: WindowLimit): number {
  const packets = Math.ceil(usable.bytes / largest);
  if (usable.bytes === Infinity || packets > usable.packets) return largest;
  const size = Math.floor(usable.bytes / packets);
  const largestThatFit = Math.floor(usable.bytes / largest);
  return packets * (size - FRAME_BYTES) > largestThatFit * (largest - FRAME_BYTES) ? size : largest;
}
