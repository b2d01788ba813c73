/** A real channel, with a look at what the adapter does to it. */

import type { BroadcastChannelClient } from '../src/index';

type Listener = (event: MessageEvent) => void;

export class WatchedChannel implements BroadcastChannelClient {
  readonly handedOver: Uint8Array[] = [];
  failsNextPacket = false;
  readonly #channel: BroadcastChannel;
  readonly #listeners = new Set<Listener>();
  readonly #foreign: Listener = () => {};
  #hasForeign = false;

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name);
  }

  /** Of the adapter. */
  get listenerCount(): number {
    return this.#listeners.size - (this.#hasForeign ? 1 : 0);
  }

  addForeign(): () => boolean {
    this.addEventListener('message', this.#foreign);
    this.#hasForeign = true;
    return () => this.#listeners.has(this.#foreign);
  }

  postMessage(message: { readonly type: string; readonly data?: Uint8Array }): void {
    if (message.type === 'packet' && message.data !== undefined) {
      if (this.failsNextPacket) {
        this.failsNextPacket = false;
        throw new DOMException('Out of memory', 'DataCloneError');
      }
      this.handedOver.push(message.data);
    }
    this.#channel.postMessage(message);
  }

  addEventListener(type: 'message' | 'messageerror', listener: Listener): void {
    this.#listeners.add(listener);
    this.#channel.addEventListener(type, listener);
  }

  removeEventListener(type: 'message' | 'messageerror', listener: Listener): void {
    this.#listeners.delete(listener);
    this.#channel.removeEventListener(type, listener);
  }

  close(): void {
    this.#channel.close();
  }
}
