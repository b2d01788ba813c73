import type { TrtcClient, TrtcEvents } from './trtc-sdk';

/**
 * Listens to everything that we hear of an instance, until the function returned is called. A handler that throws would
 * silence those that others registered after it, so none of ours does: what one throws goes to `onFault`.
 */
export function listen(
  client: TrtcClient,
  listeners: TrtcEvents,
  onFault: (event: keyof TrtcEvents, error: unknown) => void,
): () => void {
  const events = Object.keys(listeners) as (keyof TrtcEvents)[];
  const undo = events.map((event) => {
    const listener = listeners[event];
    const guarded = (payload: unknown): void => {
      try {
        listener(payload as never);
      } catch (error) {
        onFault(event, error);
      }
    };
    client.on(event, guarded);
    return () => client.off(event, guarded);
  });
  return () => {
    for (const takeOff of undo.splice(0)) takeOff();
  };
}
