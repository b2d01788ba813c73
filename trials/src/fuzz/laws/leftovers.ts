/** Nothing is left open, and whatever was paid for was closed once. */

import { getEventListeners } from 'node:events';
import { listenersOnClients } from '../side';
import type { Trial } from '../trial';

export function* leftovers(trial: Trial): Generator<string> {
  const { session, sides, clock, said, calls, witness } = trial;
  const { state, messages, can } = session.getSnapshot();
  if (state !== 'closed' && state !== 'idle') yield `it ended in the state ${state}`;
  if (session.transport) yield 'it still has a transport';
  if (Object.values(can).includes(true)) yield 'it still says that something can be asked';
  for (const { delivery } of messages) {
    if (delivery?.state === 'queued' || delivery?.state === 'sending')
      yield `a message is still ${delivery.state}`;
  }
  if (clock.scheduled > 0) yield `${clock.scheduled} timers are left`;
  for (const controller of [...said, ...calls].map((one) => one.controller)) {
    const count = controller ? getEventListeners(controller.signal, 'abort').length : 0;
    // One is ours.
    if (count > 1) yield 'a listener is left on a signal';
  }
  for (const side of sides) {
    const { sim, listeners, closeCalls } = side;
    if (listeners.count !== 0) yield `${listeners.count} listeners are left on transports`;
    const onClients = listenersOnClients(side);
    if (onClients !== 0) yield `${onClients} listeners are left on clients`;
    for (const { id, room } of sim.service.sessions) {
      if (closeCalls.get(id) !== 1) yield `a service session was closed ${closeCalls.get(id) ?? 0} times`;
      const present = sim.network.present(room);
      if (present.length > 0) yield `still in the room: ${present.join(', ')}`;
    }
    if (sim.service.open !== 0) yield `${sim.service.open} service sessions are open`;
  }
  const ends = witness.states.filter(({ to }) => to === 'closed').length;
  if (ends !== witness.closed.length) yield `it closed ${ends} times and told ${witness.closed.length}`;
}
