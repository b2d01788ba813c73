/** reference/agora.md §3: the rules of the emitter. */

import { expect, vi } from 'vitest';
import { attempt, outcome, QUICKLY, RTC, states } from '../subject';
import type { Claim } from './claim';

export const emitterClaims: readonly Claim[] = [
  {
    name: 'the same listener twice is kept once, and one off takes it away',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const told: unknown[] = [];
      const listener = (value: unknown) => told.push(value);
      client.on('exception', listener);
      client.on('exception', listener);
      client.emit('exception', 1);
      client.off('exception', listener);
      client.emit('exception', 2);
      expect(told).toEqual([1]);
    },
  },
  {
    name: 'listeners are called in the order in which they came, with all arguments',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const told: unknown[] = [];
      client.on('exception', (...values: unknown[]) => told.push('a', ...values));
      client.on('exception', (...values: unknown[]) => told.push('b', ...values));
      client.emit('exception', 1, 2);
      expect(told).toEqual(['a', 1, 2, 'b', 1, 2]);
    },
  },
  {
    name: 'off during an event is safe: who was to be called still is, and no more after that',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const told: string[] = [];
      const second = () => told.push('second');
      client.on('exception', () => {
        told.push('first');
        client.off('exception', second);
      });
      client.on('exception', second);
      client.on('exception', () => told.push('third'));
      client.emit('exception');
      client.emit('exception');
      expect(told).toEqual(['first', 'second', 'third', 'first', 'third']);
    },
  },
  {
    name: 'a listener added during an event is not called for it',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const told: string[] = [];
      client.once('exception', () => client.on('exception', () => told.push('added')));
      client.emit('exception');
      expect(told).toEqual([]);
      client.emit('exception');
      expect(told).toEqual(['added']);
    },
  },
  {
    name: 'on returns undefined and takes what is no function, and any name',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      expect(client.on('exception', () => {})).toBeUndefined();
      expect(attempt(() => client.on('user-joind', () => {}))).toBe('returned');
      expect(attempt(() => client.on('user-left', 'no function'))).toBe('returned');
      expect(attempt(() => client.off('user-left', () => {}))).toBe('returned');
    },
  },
  {
    name: 'an error in a listener does not break the join',
    async run({ sdk, outside }) {
      await outside('hangs');
      // The real one writes it there.
      const written = vi.spyOn(console, 'error').mockImplementation(() => {});
      const client = sdk.createClient(QUICKLY);
      client.on('connection-state-change', () => {
        throw new Error('a fault in the application');
      });
      const told = states(client);
      const joining = outcome(client.join('app', 'room', null, 1));
      expect(told).toEqual(['connection-state-change CONNECTING DISCONNECTED -']);
      await client.leave();
      expect(await joining).toBe('OPERATION_ABORTED');
      written.mockRestore();
    },
  },
  {
    name: "removeAllListeners drops everybody's, and the client goes on",
    async run({ sdk, outside }) {
      await outside('hangs');
      const client = sdk.createClient(RTC);
      const told = states(client);
      client.removeAllListeners();
      void client.join('app', 'room', null, 1).catch(() => {});
      expect(client.connectionState).toBe('CONNECTING');
      await client.leave();
      expect(client.connectionState).toBe('DISCONNECTED');
      expect(told).toEqual([]);
    },
  },
];
