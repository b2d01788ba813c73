/** The SDK's emitter, with the rules that the real one was seen to follow. */

import type { AgoraListener } from './agora-types';

interface Registration {
  readonly listener: AgoraListener;
  readonly once: boolean;
}

/**
 * The same listener twice is kept once; what is added or taken away while an event is emitted counts from the next
 * event on; what is no function is taken without a word; `removeAllListeners` drops everybody's.
 */
export class AgoraEmitter {
  readonly #registrations = new Map<string, Registration[]>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void = rethrowLater) {
    this.#onListenerError = onListenerError;
  }

  on(event: string, listener: AgoraListener): void {
    this.#add(event, { listener, once: false });
  }

  once(event: string, listener: AgoraListener): void {
    this.#add(event, { listener, once: true });
  }

  off(event: string, listener: AgoraListener): void {
    const registered = this.#registrations.get(event) ?? [];
    const index = registered.findIndex((registration) => registration.listener === listener);
    if (index >= 0) registered.splice(index, 1);
  }

  removeAllListeners(event?: string): void {
    if (event === undefined) this.#registrations.clear();
    else this.#registrations.delete(event);
  }

  getListeners(event: string): AgoraListener[] {
    return (this.#registrations.get(event) ?? []).map(({ listener }) => listener);
  }

  /** For one event or for all: a test counts what an adapter left behind. */
  listenerCount(event?: string): number {
    if (event !== undefined) return this.getListeners(event).length;
    return [...this.#registrations.values()].reduce((total, { length }) => total + length, 0);
  }

  /** As the SDK emits what happened: an error in a listener stops nobody. The real one writes it to the console. */
  emit(event: string, ...payload: readonly unknown[]): void {
    for (const { listener, once } of [...(this.#registrations.get(event) ?? [])]) {
      if (once) this.off(event, listener);
      try {
        (listener as (...payload: readonly unknown[]) => void).apply(this, [...payload]);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  #add(event: string, registration: Registration): void {
    const registered = this.#registrations.get(event) ?? [];
    this.#registrations.set(event, registered);
    if (!registered.some(({ listener }) => listener === registration.listener)) registered.push(registration);
  }
}

/** To the host's handler of uncaught errors, so that a test sees it. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
