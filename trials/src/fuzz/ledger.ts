/** What really happened below the session: every packet handed over, every one given to it, every link's troubles. */

import { dyeIn } from './texts';

export interface Frame {
  readonly kind: 'chat' | 'command';
  readonly id: string;
  readonly index: number;
  readonly final: boolean;
  readonly text: string;
  /** The command's name. */
  readonly name: string;
}

export interface Interval {
  readonly from: number;
  /** Infinity while it lasts. */
  to: number;
}

/** One connection, as the session had it. */
export interface LinkRecord {
  readonly side: number;
  readonly room: string;
  /** Which `connect()` it belongs to. */
  readonly run: number;
  readonly madeAt: number;
  readonly cuts: Interval[];
  /** When it came back with losses. */
  readonly lossy: { readonly at: number; readonly order: number }[];
  endedAt: number;
  openBytes: number;
  openChatBytes: number;
}

export interface Attempt {
  /** Its place among everything that happened. */
  readonly order: number;
  readonly at: number;
  readonly bytes: number;
  readonly link: LinkRecord;
  readonly frame: Frame;
  /** The number of its text. */
  readonly dye: number | undefined;
  /** `refused`: nothing was sent. `failed`: it may have been. */
  state: 'open' | 'taken' | 'refused' | 'failed';
  /** Of the link, this one included, when it was handed over. */
  readonly unsettledBytes: number;
  readonly unsettledChatBytes: number;
}

export interface Received {
  readonly run: number;
  /** Somebody who saw the bare packet closed the session upon it. */
  endedIt: boolean;
  readonly speaker: string;
  readonly id: string;
  readonly index: number;
  readonly final: boolean;
  readonly text: string;
}

const decoder = new TextDecoder();

export class Ledger {
  readonly attempts: Attempt[] = [];
  readonly received: Received[] = [];
  readonly links: LinkRecord[] = [];
  readonly #dyeOfMessage = new Map<string, number>();
  #order = 0;
  #lastDye: number | undefined;

  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  handOver(link: LinkRecord, packet: Uint8Array, at: number): Attempt {
    const bytes = packet.byteLength;
    const frame = readFrame(packet);
    const isChat = isText(frame);
    link.openBytes += bytes;
    if (isChat) link.openChatBytes += bytes;
    const attempt: Attempt = {
      order: this.nextOrder(),
      at,
      bytes,
      link,
      frame,
      dye: isChat ? this.#dyeOf(frame) : undefined,
      state: 'open',
      unsettledBytes: link.openBytes,
      unsettledChatBytes: link.openChatBytes,
    };
    this.attempts.push(attempt);
    return attempt;
  }

  settle(attempt: Attempt, state: 'taken' | 'refused' | 'failed'): void {
    const { link, bytes, frame } = attempt;
    attempt.state = state;
    link.openBytes -= bytes;
    if (isText(frame)) link.openChatBytes -= bytes;
  }

  receive(run: number, packet: Uint8Array): Received | undefined {
    const { type, mid: id, idx: index, fin: final, pld } = JSON.parse(decoder.decode(packet));
    if (type !== 'chat') return undefined;
    const received = { run, endedIt: false, speaker: pld.from, id, index, final, text: pld.text };
    this.received.push(received);
    return received;
  }

  /** A piece without dye is the rest of what was before it in its message, or in its stream. */
  #dyeOf({ id, text }: Frame): number | undefined {
    const dye = dyeIn(text) ?? this.#dyeOfMessage.get(id) ?? this.#lastDye;
    if (dye !== undefined) this.#dyeOfMessage.set(id, dye);
    this.#lastDye = dye;
    return dye;
  }
}

/** The empty final part of a message that an interrupt cut short is a command. */
export function isText({ kind, text }: Frame): boolean {
  return kind === 'chat' && text !== '';
}

function readFrame(packet: Uint8Array): Frame {
  const { type, mid, idx = 0, fin = true, pld } = JSON.parse(decoder.decode(packet));
  return { kind: type, id: mid, index: idx, final: fin, text: pld.text ?? '', name: pld.cmd ?? '' };
}
