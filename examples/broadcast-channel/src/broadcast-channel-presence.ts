/** Who is in the room. Nobody keeps a list: every tab asks, and whoever is there answers. */

import type { Clock } from '@avatarwire/core';
import { Departures } from '@avatarwire/core/adapter';
import type { Message, Said, Sender } from './broadcast-channel-events';

const MOST_UNANSWERED = 3;
/** Everyone answers everyone. */
const MOST_PARTICIPANTS = 16;

export interface PresenceOptions {
  readonly own: Sender;
  readonly heartbeatMs: number;
  readonly clock: Clock;
  post(said: Said): void;
  /** A tab is there, maybe in place of another one of the same name: nothing that was agreed before holds. */
  onArrived(id: string): void;
  /** That tab is there no more. */
  onGone(id: string): void;
  onJoined(id: string): void;
  /** Later than `onGone` where it said goodbye: a page that is loaded again comes back. */
  onLeft(id: string): void;
  /** Another tab took our name. */
  onReplaced(): void;
}

interface Neighbour extends Sender {
  unanswered: number;
}

export class Presence {
  readonly #options: PresenceOptions;
  readonly #neighbours = new Map<string, Neighbour>();
  /** Who was announced and has not left. */
  readonly #announced = new Set<string>();
  readonly #departures: Departures;
  #cancel = () => {};

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#departures = new Departures(options.clock);
  }

  /** Participants whose tab is there now. */
  get ids(): readonly string[] {
    return [...this.#neighbours.keys()];
  }

  start(): void {
    this.#options.post({ type: 'here', asks: true });
    this.#cancel = this.#options.clock.schedule(() => this.#ask(), this.#options.heartbeatMs);
  }

  /** Whether what this tab says counts. */
  hear(message: Message): boolean {
    const { from, type } = message;
    const { own, post, onReplaced } = this.#options;
    const isNamesake = from === own.from;
    if (isNamesake && isLater(message, own)) {
      onReplaced();
      return false;
    }
    if (type === 'here' && message.asks) post({ type: 'here', asks: false });
    if (isNamesake) return false;
    if (type === 'bye') {
      if (this.#neighbours.get(from)?.tab === message.tab) this.#sayGoodbye(from);
      return false;
    }
    return this.#isThere(message);
  }

  /** Says goodbye. */
  stop(): void {
    this.#cancel();
    this.#departures.clear();
    this.#neighbours.clear();
    this.#options.post({ type: 'bye' });
  }

  #isThere({ from, tab, since }: Message): boolean {
    const known = this.#neighbours.get(from);
    if (known?.tab === tab) {
      known.unanswered = 0;
      return true;
    }
    if (known ? !isLater({ tab, since }, known) : this.#neighbours.size >= MOST_PARTICIPANTS) return false;
    if (known) this.#options.onGone(from);
    this.#departures.cancel(from);
    this.#neighbours.set(from, { from, tab, since, unanswered: 0 });
    if (!this.#announced.has(from)) {
      this.#announced.add(from);
      this.#options.onJoined(from);
    }
    this.#options.onArrived(from);
    return true;
  }

  #sayGoodbye(id: string): void {
    this.#forget(id);
    this.#departures.add(id, () => this.#leave(id));
  }

  /** Counts questions and not time: a hidden tab's timers are slow, but it answers at once. */
  #ask(): void {
    for (const [id, neighbour] of this.#neighbours) {
      if (neighbour.unanswered < MOST_UNANSWERED) neighbour.unanswered += 1;
      else {
        this.#forget(id);
        // It was silent for longer than the grace already.
        this.#leave(id);
      }
    }
    this.start();
  }

  #forget(id: string): void {
    this.#neighbours.delete(id);
    this.#options.onGone(id);
  }

  #leave(id: string): void {
    this.#announced.delete(id);
    this.#options.onLeft(id);
  }
}

/** Two that began in the same millisecond agree on one of them all the same. */
function isLater(one: Omit<Sender, 'from'>, other: Omit<Sender, 'from'>): boolean {
  return one.since > other.since || (one.since === other.since && one.tab > other.tab);
}
