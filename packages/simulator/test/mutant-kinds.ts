/** Ways to break the memory transport on purpose. */

import { AvatarError, type AvatarTransport, createEmitter, type TransportEvents } from '@avatarwire/core';
import type { MemoryClient } from '../src/memory-client';
import { memory } from '../src/memory-transport';
import { type MemoryTestRoom, withClients } from './memory-harness';

export type Transport = AvatarTransport<'memory'>;
type Changes = Partial<Transport>;

export interface Mutant {
  /** What is wrong with it. */
  readonly name: string;
  /** The cases that must fail. */
  readonly breaks: readonly string[];
  make(room: MemoryTestRoom): Transport;
}

/** The healthy transport with some members exchanged. */
export function changed(
  name: string,
  breaks: readonly string[],
  change: (healthy: Transport, room: MemoryTestRoom) => Changes,
): Mutant {
  return {
    name,
    breaks,
    make(room) {
      const healthy = memory(room.network);
      return { ...healthy, ...change(healthy, room) };
    },
  };
}

/** The healthy transport with a voice of its own beside its events, or instead of some. */
export function speaking(
  name: string,
  breaks: readonly string[],
  change: (
    healthy: Transport,
    emit: ReturnType<typeof createEmitter<TransportEvents>>['emit'],
    room: MemoryTestRoom,
  ) => Changes & { readonly mute?: readonly (keyof TransportEvents)[] },
): Mutant {
  return {
    name,
    breaks,
    make(room) {
      const healthy = memory(room.network);
      const own = createEmitter<TransportEvents>();
      const { mute = [], ...changes } = change(healthy, own.emit, room);
      return {
        ...healthy,
        on(event, listener) {
          const stopOwn = own.on(event, listener);
          const stop = mute.includes(event) ? () => {} : healthy.on(event, listener);
          return () => {
            stopOwn();
            stop();
          };
        },
        ...changes,
      };
    },
  };
}

/** The healthy transport over a client with some members exchanged. */
export function overClient(
  name: string,
  breaks: readonly string[],
  change: (client: MemoryClient) => Partial<MemoryClient>,
): Mutant {
  return {
    name,
    breaks,
    make({ network }) {
      return memory(withClients(network, (client) => ({ ...client, ...change(client) })));
    },
  };
}

/** Rewrites the payload of one event, or leaves it out. */
export function rewriting<E extends keyof TransportEvents>(
  name: string,
  breaks: readonly string[],
  event: E,
  rewrite: (
    payload: TransportEvents[E],
    again: (payload: TransportEvents[E]) => void,
    room: MemoryTestRoom,
  ) => TransportEvents[E] | undefined,
): Mutant {
  return speaking(name, breaks, (healthy, emit, room) => {
    healthy.on(event, (payload) => {
      const rewritten = rewrite(payload, (again) => emit(event, again), room);
      if (rewritten !== undefined) emit(event, rewritten);
    });
    return { mute: [event] };
  });
}

export const networkError = () =>
  new AvatarError('network', 'Something went wrong.', { provider: 'memory', cause: 'unknown' });
