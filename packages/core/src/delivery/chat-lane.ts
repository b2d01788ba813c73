import { type ChatEntry, createEntry } from './chat-entry';
import type { MessageParts, OutgoingChat } from './outgoing';
import { Queue } from './queue';

/** The chat lane, first in first out, and every item that has not finished, whether it is still in the lane or not. */
export class ChatLane implements Iterable<ChatEntry> {
  readonly #lane = new Queue<ChatEntry>();
  /** In the order of entering. */
  readonly #unfinished = new Map<OutgoingChat, ChatEntry>();
  /** Bytes of text of the items that have not begun. */
  #announcedTextBytes = 0;
  /** What the next item gets as its `order`. */
  nextOrder = 0;

  get first(): ChatEntry | undefined {
    return this.#lane.first;
  }

  get size(): number {
    return this.#lane.size;
  }

  get textBytes(): number {
    let bytes = this.#announcedTextBytes;
    for (const { parts, handed } of this.#lane) {
      // Only what stands at the head has begun.
      if (!parts) break;
      bytes += parts.totalTextBytes - handed.textBytes;
    }
    return bytes;
  }

  get unfinished(): Iterable<ChatEntry> {
    return this.#unfinished.values();
  }

  enter(item: OutgoingChat, textBytes: number): ChatEntry {
    const chat = createEntry(item, this.nextOrder++, textBytes);
    this.#announcedTextBytes += textBytes;
    this.#unfinished.set(item, chat);
    chat.place = this.#lane.push(chat);
    return chat;
  }

  find(item: OutgoingChat): ChatEntry | undefined {
    return this.#unfinished.get(item);
  }

  /** The parts of `chat`, made when they are asked for first. */
  begin(chat: ChatEntry): MessageParts | undefined {
    if (!chat.parts) {
      chat.parts = chat.item.parts?.();
      if (chat.parts) this.#announcedTextBytes -= chat.textBytes;
    }
    return chat.parts;
  }

  /** It is wholly handed over. */
  leave(chat: ChatEntry): void {
    if (chat.place) this.#lane.delete(chat.place);
    chat.place = undefined;
  }

  /** It stands at the head again, if it had left. */
  putBack(chat: ChatEntry): void {
    chat.place ??= this.#lane.unshift(chat);
  }

  finish(chat: ChatEntry): void {
    chat.finished = true;
    this.#unfinished.delete(chat.item);
    if (!chat.parts) this.#announcedTextBytes -= chat.textBytes;
    this.leave(chat);
  }

  [Symbol.iterator](): Iterator<ChatEntry> {
    return this.#lane[Symbol.iterator]();
  }
}
