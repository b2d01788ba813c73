/** The last so many things that were added. Adding costs the same however many there have been. */
export class Ring<T> {
  readonly #most: number;
  readonly #items: T[] = [];
  #oldest = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns the oldest, where it had to make room */
  add(item: T): T | undefined {
    if (this.#items.length < this.#most) {
      this.#items.push(item);
      return undefined;
    }
    const fallen = this.#items[this.#oldest];
    this.#items[this.#oldest] = item;
    this.#oldest = (this.#oldest + 1) % this.#most;
    return fallen;
  }
}
