/** A simulated avatar, its network and its service, in which a long conversation leaves no record. */

import type { AvatarSessionOptions } from '@avatarwire/core';
import {
  type MemoryClient,
  type SimulateOptions,
  type Simulation,
  simulate,
  type VirtualClock,
} from '@avatarwire/simulator';

export interface World {
  readonly sim: Simulation;
  /** For `createAvatarSession`. */
  readonly options: AvatarSessionOptions;
  /** What the transports left behind that were made so far; `but` for the one that is in use. */
  leftBehind(but?: 'the last'): Promise<Left>;
  /** Drops what the simulator writes down for tests: it would grow with every message. */
  forgetRecords(): void;
}

export interface Left {
  /** On what is under the transports. */
  readonly listeners: number;
  /** Still in their room. */
  readonly clients: number;
}

/** Longer than any soak lasts on the virtual clock. */
const DURATION_MS = 2 ** 31 - 1;

export function createWorld(clock: VirtualClock, options: SimulateOptions = {}): World {
  const sim = simulate({ durationMs: DURATION_MS, ...options, clock });
  const { memory } = sim.options.transports;
  if (memory === undefined) throw new Error('The simulator makes no transport.');
  let clients: MemoryClient[] = [];
  let left: Left = { listeners: 0, clients: 0 };
  return {
    sim,
    options: {
      ...sim.options,
      transports: {
        async memory() {
          const transport = await memory();
          clients.push(transport.native as MemoryClient);
          return transport;
        },
      },
    },
    async leftBehind(but) {
      const inUse = but === undefined ? [] : clients.slice(-1);
      for (const client of clients.filter((one) => !inUse.includes(one))) {
        left = {
          listeners: left.listeners + client.listenerCount(),
          clients: left.clients + (await canStillSend(client)),
        };
      }
      clients = inUse;
      return left;
    },
    forgetRecords() {
      const { heard } = sim.avatar;
      for (const records of [heard.frames, heard.messages, heard.commands, sim.network.handedOver])
        (records as unknown[]).length = 0;
    },
  };
}

/** Who has left cannot. */
function canStillSend(client: MemoryClient): Promise<0 | 1> {
  return client.send(new Uint8Array(1)).then(
    () => 1,
    () => 0,
  );
}
