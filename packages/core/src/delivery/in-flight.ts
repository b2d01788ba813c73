/** What was handed over and is not settled, and what rejections mean for it. */

import type { AvatarError } from '../errors';
import { type ChatEntry, type Tally, tallied } from './chat-entry';
import type { OutgoingCommand, Part } from './outgoing';
import { Queue } from './queue';
import type { Charge, SlidingLog } from './sliding-log';

/** A command in its lane. */
export interface CommandEntry {
  readonly command: OutgoingCommand;
  /** Once it has been at the head of its lane. */
  packet: Uint8Array<ArrayBuffer> | undefined;
  /** How often it was put off because the service was busy. */
  timesBusy: number;
  /** As that of a message. */
  renewed: boolean;
  handedOver: boolean;
}

/** One packet. What it carries is let go when nobody asks about it any more. */
export interface Flight {
  chat: ChatEntry | undefined;
  part: Part | undefined;
  command: CommandEntry | undefined;
  readonly bytes: number;
  readonly at: number;
  readonly charge: Charge;
  /** `refused`: rejected, and certainly not sent. `failed`: rejected or given up, and perhaps sent. */
  state: 'unsettled' | 'taken' | 'refused' | 'failed';
  error: AvatarError | undefined;
}

/** What is known of the parts of one message that are in flight. */
export interface Verdict {
  readonly chat: ChatEntry;
  /** The first of the refused parts that end it. Sending may go on from here, and the text from here was not sent. */
  from: Part | undefined;
  /** A part before `from` was rejected: a gap or a doubt stays, whatever is sent. */
  broken: boolean;
  /** The first rejection. */
  error: AvatarError | undefined;
}

/** Packets in the order of hand-over, from the first that is not known to be taken. */
export class InFlight {
  readonly #log: SlidingLog;
  readonly #flights = new Queue<Flight>();
  unsettledPackets = 0;
  unsettledBytes = 0;
  unsettledChatBytes = 0;

  constructor(log: SlidingLog) {
    this.#log = log;
  }

  addPart(chat: ChatEntry, part: Part, at: number): Flight {
    return this.#add(at, part.packet.byteLength, chat, part, undefined);
  }

  addCommand(command: CommandEntry, bytes: number, at: number): Flight {
    return this.#add(at, bytes, undefined, undefined, command);
  }

  taken(flight: Flight): void {
    this.#settle(flight, 'taken');
    const { chat, part, at } = flight;
    if (chat && part) chat.taken = tallied(chat.taken, part, at);
    while (this.#flights.first?.state === 'taken') this.#flights.shift();
  }

  rejected(flight: Flight, error: AvatarError, state: 'refused' | 'failed'): void {
    this.#settle(flight, state);
    flight.error = error;
    if (flight.chat) flight.chat.refused = true;
  }

  /** The unsettled ones count as settled and are forgotten, like all others. */
  clear(): void {
    for (const flight of this.#flights) {
      if (flight.state === 'unsettled') this.#settle(flight, 'failed');
      flight.chat = flight.part = flight.command = undefined;
    }
    this.#flights.clear();
  }

  /** A verdict on each message in flight, in the order of hand-over. */
  judge(): Verdict[] {
    const verdicts = new Map<ChatEntry, Verdict>();
    for (const { chat, part, state, error } of this.#flights) {
      if (!chat) continue;
      let verdict = verdicts.get(chat);
      if (!verdict) {
        verdict = { chat, from: undefined, broken: false, error: undefined };
        verdicts.set(chat, verdict);
      }
      verdict.error ??= error;
      if (state === 'refused') {
        verdict.from ??= part;
      } else {
        verdict.broken ||= state === 'failed' || verdict.from !== undefined;
        verdict.from = undefined;
      }
    }
    return [...verdicts.values()];
  }

  /** What of `chat` was handed over, without what was refused. */
  handedOver(chat: ChatEntry): Tally {
    if (!chat.refused) return chat.handed;
    let tally = chat.taken;
    for (const flight of this.#flights) {
      const sent = flight.state === 'unsettled' || flight.state === 'failed';
      if (flight.chat === chat && flight.part && sent) tally = tallied(tally, flight.part, flight.at);
    }
    return tally;
  }

  [Symbol.iterator](): Iterator<Flight> {
    return this.#flights[Symbol.iterator]();
  }

  #add(
    at: number,
    bytes: number,
    chat: Flight['chat'],
    part: Flight['part'],
    command: Flight['command'],
  ): Flight {
    const charge = this.#log.add(at, bytes);
    const flight: Flight = { chat, part, command, bytes, at, charge, state: 'unsettled', error: undefined };
    this.#flights.push(flight);
    this.#count(flight, 1);
    return flight;
  }

  #settle(flight: Flight, state: Exclude<Flight['state'], 'unsettled'>): void {
    flight.state = state;
    this.#log.settle(flight.charge, flight.bytes);
    this.#count(flight, -1);
  }

  #count({ chat, bytes }: Flight, sign: 1 | -1): void {
    this.unsettledPackets += sign;
    this.unsettledBytes += sign * bytes;
    if (!chat) return;
    chat.unsettled += sign;
    this.unsettledChatBytes += sign * bytes;
  }
}
