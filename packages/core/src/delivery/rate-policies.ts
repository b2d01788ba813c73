/**
 * What each provider's data path takes, as data. A number without a source does not enter the table. It stands in
 * core because the simulator and the broker need it without any SDK.
 */

import { AvatarError } from '../errors';

/**
 * Limits of one provider's data path. They hold in **any** window of one second, wherever it starts, measured at
 * hand-over to the SDK.
 */
export interface RatePolicy {
  /** Largest packet in bytes, the whole frame counted. */
  readonly maxPacketBytes: number;
  /** Packets in any second; `Infinity` where the network sets no rate. */
  readonly packetsPerSecond: number;
  /** Bytes in any second; `Infinity` where the network sets no rate. */
  readonly bytesPerSecond: number;
  /** The part of a second's budget that only an interrupt may use. */
  readonly reserve: { readonly packets: number; readonly bytes: number };
  /**
   * Bytes of chat that may be handed over and not yet settled. Where the network sets no rate this alone bounds how
   * much old chat stands before an interrupt.
   */
  readonly maxUnsettledBytes: number;
  /** Where the numbers come from: a vendor's page, or the measurement. */
  readonly source: string;
}

/** Room for one encoded interrupt and its reserve. */
export const INTERRUPT_BYTES = 128;

/** Every window is kept this much longer than a second, for the coarseness of clocks. */
export const WINDOW_MS = 1_000;
export const GUARD_MS = 10;

const UNLIMITED = { packetsPerSecond: Infinity, bytesPerSecond: Infinity, reserve: { packets: 0, bytes: 0 } };

/** The providers of this repository. An adapter from outside brings its record in its `capabilities`. */
export const ratePolicies = deepFreeze({
  agora: {
    maxPacketBytes: 1_024,
    packetsPerSecond: 30,
    bytesPerSecond: 6_144,
    reserve: { packets: 1, bytes: 144 },
    maxUnsettledBytes: Infinity,
    source:
      'AKOOL, integration guide: 1,024 B a message and 6 KB/s. Agora, data stream limits: 30 packets/s a channel. ' +
      'agora-rtc-sdk-ng 4.24 refuses 1,025 B.',
  },
  trtc: {
    maxPacketBytes: 1_000,
    packetsPerSecond: 30,
    bytesPerSecond: 8_000,
    reserve: { packets: 1, bytes: 128 },
    maxUnsettledBytes: Infinity,
    source:
      'trtc-sdk-v5 5.17: throws above 1,000 B, on the 31st call and above 8,000 B in its window of a second.',
  },
  livekit: {
    ...UNLIMITED,
    maxPacketBytes: 15_000,
    maxUnsettledBytes: 15_000,
    source: 'LiveKit, data packets: 15 KiB at most for reliable ones, envelope included. No rate is stated.',
  },
  webrtc: {
    ...UNLIMITED,
    maxPacketBytes: 16_384,
    maxUnsettledBytes: 16_384,
    source: 'RFC 8831 §6.6: messages above 16 KiB may block other streams where interleaving is missing.',
  },
  memory: {
    ...UNLIMITED,
    maxPacketBytes: 16_384,
    maxUnsettledBytes: 16_384,
    source: 'Our own: as plain WebRTC.',
  },
} satisfies Record<string, RatePolicy>);

/**
 * What holds for a connection: the adapter's own record, else the table's, with the user's changes on top. A provider
 * that nobody knows gets the limits of the memory network, which are those of plain WebRTC.
 *
 * @throws AvatarError `invalid-argument`, naming the field
 */
export function ratePolicyFor(
  provider: string,
  own: RatePolicy | undefined,
  changes: Partial<RatePolicy> | undefined,
): RatePolicy {
  const known: Readonly<Record<string, RatePolicy>> = ratePolicies;
  return checkRatePolicy({ ...(own ?? known[provider] ?? ratePolicies.memory), ...changes });
}

/**
 * Checks a policy: a packet fits the budget of a second beside the reserve, at least two packets a second, and the
 * reserve, where there is a rate, holds one interrupt.
 *
 * @throws AvatarError `invalid-argument`, naming the field
 */
export function checkRatePolicy(policy: RatePolicy): RatePolicy {
  const { maxPacketBytes, packetsPerSecond, bytesPerSecond, reserve, maxUnsettledBytes } = policy;
  demand(
    Number.isInteger(maxPacketBytes) && maxPacketBytes >= INTERRUPT_BYTES,
    'maxPacketBytes',
    `a whole number of bytes, at least ${INTERRUPT_BYTES}`,
  );
  demand(
    packetsPerSecond === Infinity || Number.isInteger(packetsPerSecond),
    'packetsPerSecond',
    'a whole number, or Infinity',
  );
  demand(packetsPerSecond - reserve.packets >= 2, 'packetsPerSecond', 'at least two beside the reserve');
  demand(
    bytesPerSecond - reserve.bytes >= maxPacketBytes,
    'bytesPerSecond',
    'enough for one packet of maxPacketBytes beside the reserve',
  );
  const hasRate = packetsPerSecond !== Infinity || bytesPerSecond !== Infinity;
  demand(
    !hasRate || (reserve.packets >= 1 && reserve.bytes >= INTERRUPT_BYTES),
    'reserve',
    `one packet and ${INTERRUPT_BYTES} bytes at least, where there is a rate`,
  );
  demand(maxUnsettledBytes >= maxPacketBytes, 'maxUnsettledBytes', 'at least maxPacketBytes');
  return policy;
}

function demand(condition: boolean, field: keyof RatePolicy, wanted: string): void {
  if (!condition) throw new AvatarError('invalid-argument', `policy.${field} must be ${wanted}.`);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
