/** The one typed event emitter: the map of events is the single list of names and payloads. */

type Listener<Payload> = (payload: Payload) => void;

export interface Emitter<Events> {
  /** Adds `listener`; the function returned removes exactly that registration, any number of times. */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void;
  /** Calls every listener in the order of registration. One that throws is reported and stops nobody. */
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
  /** How many listeners are registered, for `event` or for all. */
  listenerCount(event?: keyof Events): number;
  clear(): void;
}

/**
 * @param onListenerError receives what a listener threw. By default it is rethrown from a microtask, so that it
 * reaches the host's own handler of uncaught errors instead of the code that emitted.
 */
export function createEmitter<Events>(
  onListenerError: (error: unknown) => void = rethrowLater,
): Emitter<Events> {
  const registrations = new Map<keyof Events, Set<{ call: Listener<never> }>>();

  return {
    on(event, listener) {
      const registration = { call: listener as Listener<never> };
      const forEvent = registrations.get(event) ?? new Set();
      registrations.set(event, forEvent.add(registration));
      return () => {
        forEvent.delete(registration);
      };
    },
    emit(event, payload) {
      for (const registration of [...(registrations.get(event) ?? [])]) {
        try {
          (registration.call as Listener<typeof payload>)(payload);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    listenerCount(event) {
      if (event !== undefined) return registrations.get(event)?.size ?? 0;
      let total = 0;
      for (const forEvent of registrations.values()) total += forEvent.size;
      return total;
    },
    clear() {
      for (const forEvent of registrations.values()) forEvent.clear();
    },
  };
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
