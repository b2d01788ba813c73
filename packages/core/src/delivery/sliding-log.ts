/**
 * What was handed over in the last second, and what of it is not settled. A bucket that refills lets nearly double
 * through when it starts full; only a log holds in every window, wherever it starts.
 */

import { Queue } from './queue';
import { GUARD_MS, WINDOW_MS } from './rate-policies';

/** What a window may hold. */
export interface WindowLimit {
  readonly packets: number;
  readonly bytes: number;
}

/** The packets of one moment. */
export interface Charge {
  readonly since: number;
  at: number;
  packets: number;
  bytes: number;
  unsettledPackets: number;
  unsettledBytes: number;
  expired: boolean;
}

const CHARGED_MS = WINDOW_MS + GUARD_MS;

/** Packets this close together share an entry, so that the log stays short at any speed. */
const MOMENT_MS = 1;

/**
 * Charges each packet from its hand-over until the later of a second (and the guard) after it and its settling.
 * Times must not go back.
 */
export class SlidingLog {
  readonly #charges = new Queue<Charge>();
  #last: Charge | undefined;
  #packets = 0;
  #bytes = 0;
  #held = false;

  /** What is charged at `now`. */
  used(now: number): WindowLimit {
    this.#expire(now);
    return { packets: this.#packets, bytes: this.#bytes };
  }

  /** Enters a packet. The charge returned is for {@link settle}. */
  add(now: number, bytes: number): Charge {
    this.#expire(now);
    let charge = this.#last;
    if (!charge || charge.expired || now - charge.since >= MOMENT_MS) {
      charge = {
        since: now,
        at: now,
        packets: 0,
        bytes: 0,
        unsettledPackets: 0,
        unsettledBytes: 0,
        expired: false,
      };
      this.#charges.push(charge);
      this.#last = charge;
    }
    charge.at = now;
    charge.packets++;
    charge.unsettledPackets++;
    this.#packets++;
    charge.bytes += bytes;
    charge.unsettledBytes += bytes;
    this.#bytes += bytes;
    return charge;
  }

  /** One packet of `bytes` in `charge` has settled. */
  settle(charge: Charge, bytes: number): void {
    charge.unsettledPackets--;
    charge.unsettledBytes -= bytes;
    if (!charge.expired) return;
    this.#packets--;
    this.#bytes -= bytes;
  }

  /** The connection is away: what it may hold back stays charged until {@link release}. */
  hold(now: number): void {
    this.#expire(now);
    this.#held = true;
  }

  /** The connection is back, and what it held back may arrive only now: it is charged as if it left at `now`. */
  release(now: number): void {
    if (!this.#held) return;
    this.#held = false;
    for (const charge of this.#charges) charge.at = now;
  }

  /**
   * When a packet of `bytes` fits under `limit`: `now` if it does already. Undefined when only a settlement can make
   * room.
   */
  fitsAt(now: number, bytes: number, limit: WindowLimit): number | undefined {
    this.#expire(now);
    let packetsFree = limit.packets - this.#packets;
    let bytesFree = limit.bytes - this.#bytes;
    if (packetsFree >= 1 && bytesFree >= bytes) return now;
    for (const charge of this.#charges) {
      packetsFree += charge.packets - charge.unsettledPackets;
      bytesFree += charge.bytes - charge.unsettledBytes;
      if (packetsFree >= 1 && bytesFree >= bytes) return charge.at + CHARGED_MS;
    }
    return undefined;
  }

  #expire(now: number): void {
    if (this.#held) return;
    for (
      let oldest = this.#charges.first;
      oldest && oldest.at + CHARGED_MS <= now;
      oldest = this.#charges.first
    ) {
      this.#charges.shift();
      oldest.expired = true;
      this.#packets -= oldest.packets - oldest.unsettledPackets;
      this.#bytes -= oldest.bytes - oldest.unsettledBytes;
    }
  }
}
