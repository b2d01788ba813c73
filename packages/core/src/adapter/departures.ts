import type { Clock } from '../clock';

const LEAVE_GRACE_MS = 3_000;

/**
 * What seems to have left. A full reconnect makes everyone seem to leave before it shows, so a departure counts only
 * after a grace in which the room stayed connected.
 */
export class Departures {
  readonly #leaving = new Map<unknown, { readonly expire: () => void; cancel: () => void }>();
  readonly #clock: Clock;
  #held = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(key: unknown, expire: () => void): void {
    this.cancel(key);
    this.#leaving.set(key, { expire, cancel: () => {} });
    if (!this.#held) this.#start(key);
  }

  cancel(key: unknown): void {
    this.#leaving.get(key)?.cancel();
    this.#leaving.delete(key);
  }

  /** At once, if it is leaving. */
  expire(key: unknown): void {
    const leaving = this.#leaving.get(key);
    this.cancel(key);
    leaving?.expire();
  }

  hold(): void {
    this.#held = true;
    for (const { cancel } of this.#leaving.values()) cancel();
  }

  resume(): void {
    this.#held = false;
    for (const key of this.#leaving.keys()) this.#start(key);
  }

  clear(): void {
    for (const key of this.#leaving.keys()) this.cancel(key);
  }

  #start(key: unknown): void {
    const leaving = this.#leaving.get(key);
    if (leaving !== undefined) leaving.cancel = this.#clock.schedule(() => this.expire(key), LEAVE_GRACE_MS);
  }
}
