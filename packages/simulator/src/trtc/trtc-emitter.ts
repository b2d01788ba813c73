/** The SDK's emitter, habits included. It is not core's: that one is kinder. */

type Handler = (...payload: never[]) => void;

interface Registration {
  readonly handler: Handler;
  readonly context: unknown;
}

export interface TrtcEmitter<Events> {
  /** A handler that is registered for this event already is not registered again. `*` is an event like any other. */
  on<E extends keyof Events>(event: E, handler: (payload: Events[E]) => void, context?: unknown): void;
  /**
   * Without a handler all of the event go; `*` removes every handler of every event, whoever's they are. With a
   * context, only what was registered with that one.
   */
  off(event: keyof Events | '*', handler?: Handler, context?: unknown): void;
  /** The first handler that throws is the last that is called. False for nobody there, or one that threw. */
  emit<E extends keyof Events>(event: E, payload: Events[E]): boolean;
  listenerCount(event?: keyof Events): number;
}

export function createTrtcEmitter<Events>(): TrtcEmitter<Events> {
  const registrations = new Map<keyof Events | '*', Registration[]>();
  const of = (event: keyof Events) => registrations.get(event) ?? [];

  return {
    on(event, handler, context) {
      if (of(event).some((known) => known.handler === handler)) return;
      registrations.set(event, [...of(event), { handler, context }]);
    },
    off(event, handler, context) {
      if (event === '*') registrations.clear();
      else if (handler === undefined) registrations.delete(event);
      else
        registrations.set(
          event,
          of(event).filter(
            (known) => known.handler !== handler || (context !== undefined && known.context !== context),
          ),
        );
    },
    emit(event, payload) {
      try {
        for (const { handler, context } of of(event))
          (handler as (payload: Events[typeof event]) => void).call(context, payload);
        return of(event).length > 0;
      } catch {
        // The SDK writes a warning to its own log and goes on.
        return false;
      }
    },
    listenerCount(event) {
      if (event !== undefined) return of(event).length;
      let total = 0;
      for (const forEvent of registrations.values()) total += forEvent.length;
      return total;
    },
  };
}
