/**
 * A line, first in first out, that grows at both ends and gives up any of its members in constant time: a million
 * messages cost the same each.
 */
export class Queue<T> implements Iterable<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;
  #size = 0;

  get first(): T | undefined {
    return this.#first?.value;
  }

  get size(): number {
    return this.#size;
  }

  push(value: T): Place<T> {
    const place: Place<T> = { value, previous: this.#last, next: undefined };
    if (this.#last) this.#last.next = place;
    else this.#first = place;
    this.#last = place;
    this.#size++;
    return place;
  }

  /** Puts `value` at the head of the line. */
  unshift(value: T): Place<T> {
    const place: Place<T> = { value, previous: undefined, next: this.#first };
    if (this.#first) this.#first.previous = place;
    else this.#last = place;
    this.#first = place;
    this.#size++;
    return place;
  }

  shift(): T | undefined {
    const place = this.#first;
    if (place) this.delete(place);
    return place?.value;
  }

  /** Takes out what stands at `place`, which must be in this line. */
  delete(place: Place<T>): void {
    const { previous, next } = place;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    this.#size--;
  }

  clear(): void {
    this.#first = this.#last = undefined;
    this.#size = 0;
  }

  /** From the head on. What is taken out meanwhile may be the member at hand. */
  *[Symbol.iterator](): Iterator<T> {
    for (let place = this.#first; place; place = place.next) yield place.value;
  }
}

export interface Place<T> {
  readonly value: T;
  previous: Place<T> | undefined;
  next: Place<T> | undefined;
}
