/** reference/agora.md §4: joining and leaving, where the network fails. */

import { expect } from 'vitest';
import type { Outside } from '../../browser-commands';
import { now, outcome, QUICKLY, RTC, states, waitMs } from '../subject';
import type { Claim } from './claim';

const CONNECTING = 'connection-state-change CONNECTING DISCONNECTED -';
const DISCONNECTING = 'connection-state-change DISCONNECTING CONNECTING -';
const ABORTED = 'connection-state-change DISCONNECTED DISCONNECTING -';
const FAILED = 'connection-state-change DISCONNECTED CONNECTING -';

const REFUSED: Readonly<Record<string, readonly [unknown, unknown, unknown, unknown?]>> = {
  'no token': ['app', 'room', undefined, 1],
  'an empty token': ['app', 'room', '', 1],
  'a token of 2,048 letters': ['app', 'room', 'x'.repeat(2_048), 1],
  'an empty app id': ['', 'room', null, 1],
  'a channel of 65 letters': ['app', 'x'.repeat(65), null, 1],
  'a channel with a slash': ['app', 'a/b', null, 1],
  'a channel with a star': ['app', 'a*b', null, 1],
  'a channel with an umlaut': ['app', 'ä', null, 1],
  'a negative uid': ['app', 'room', null, -1],
  'a uid with a fraction': ['app', 'room', null, 1.5],
  'a uid of 2^32': ['app', 'room', null, 2 ** 32],
  'a uid of 256 letters': ['app', 'room', null, 'x'.repeat(256)],
  'a uid with a Chinese sign': ['app', 'room', null, '字'],
};
const TAKEN: Readonly<Record<string, readonly [unknown, unknown, unknown, unknown?]>> = {
  'a token of null': ['app', 'room', null, 1],
  'a token of 2,047 letters': ['app', 'room', 'x'.repeat(2_047), 1],
  'a uid of 0': ['app', 'room', null, 0],
  'a uid of null': ['app', 'room', null, null],
  'no uid': ['app', 'room', null],
  'an empty uid': ['app', 'room', null, ''],
  'a uid that is not a number': ['app', 'room', null, Number.NaN],
  'the highest uid': ['app', 'room', null, 2 ** 32 - 1],
  'a uid of 255 letters': ['app', 'room', null, 'x'.repeat(255)],
  'a uid with an umlaut': ['app', 'room', null, 'ä'],
  'a channel with every sign that is listed': ['app', 'aZ 09!#$%&()+-:;<=.>?@[]^_{}|~,', null, 1],
};

/** A join that fails by itself: the code, and the longest it may take. */
function fails(outside: Outside, code: string, withinMs: number, rest: Partial<Claim> = {}): Claim {
  return {
    ...rest,
    name: `with few retries a join that meets ${outside} requests fails ${code}, without a reason, and the client can be used again`,
    async run(subject) {
      await subject.outside(outside);
      const client = subject.sdk.createClient(QUICKLY);
      const told = states(client);
      const begun = performance.now();
      expect(await outcome(client.join('app', 'room', null, 1))).toBe(code);
      expect(performance.now() - begun).toBeLessThan(withinMs);
      expect(told).toEqual([CONNECTING, FAILED]);
      expect([client.uid, client.channelName]).toEqual([undefined, undefined]);
      void client.join('app', 'room', null, 1).catch(() => {});
      expect(client.connectionState).toBe('CONNECTING');
      await client.leave();
    },
  };
}

/** What nobody can wait for: still pending after this long, in milliseconds. */
const WATCHED_MS = 1_000;

export const joinClaims: readonly Claim[] = [
  ...Object.entries(REFUSED).map(
    ([what, values]): Claim => ({
      name: `join refuses ${what} with INVALID_PARAMS and without an event`,
      async run({ sdk }) {
        const client = sdk.createClient(RTC);
        const told = states(client);
        expect(await outcome(client.join(...values))).toBe('INVALID_PARAMS');
        expect(told).toEqual([]);
      },
    }),
  ),
  {
    name: 'join takes tokens, uids and channels up to the edge, and nonsense for a uid',
    async run({ sdk, outside }) {
      await outside('hangs');
      for (const [what, values] of Object.entries(TAKEN)) {
        const client = sdk.createClient(RTC);
        const joining = client.join(...values).catch(() => {});
        expect([what, client.connectionState]).toEqual([what, 'CONNECTING']);
        await client.leave();
        void joining;
      }
    },
  },
  {
    name: 'join without arguments rejects with a raw TypeError',
    except: ['4.20'],
    async run({ sdk }) {
      expect(await outcome(sdk.createClient(RTC).join())).toBe('TypeError');
    },
  },
  {
    name: 'CONNECTING is told inside the call of join, when neither uid nor channel is known',
    async run({ sdk, outside }) {
      await outside('hangs');
      const client = sdk.createClient(RTC);
      const told = states(client);
      void client.join('app', 'room', null, 1).catch(() => {});
      expect(told).toEqual([CONNECTING]);
      expect([client.uid, client.channelName]).toEqual([undefined, undefined]);
      await client.leave();
    },
  },
  ...(['aborted', 'server-error', 'hangs'] as const).map(
    (outside): Claim => ({
      name: `left to itself a join that meets ${outside} requests does not settle, and tells nothing`,
      async run(subject) {
        await subject.outside(outside);
        const client = subject.sdk.createClient(RTC);
        const told = states(client);
        const joining = client.join('app', 'room', null, 1);
        joining.catch(() => {});
        await waitMs(WATCHED_MS);
        expect(await now(joining)).toBe('pending');
        expect(told).toEqual([CONNECTING]);
        await client.leave();
      },
    }),
  ),
  fails('aborted', 'NETWORK_ERROR', 5_000, { except: ['4.20'] }),
  fails('aborted', 'NETWORK_RESPONSE_ERROR', 5_000, { only: ['4.20'] }),
  fails('server-error', 'NETWORK_RESPONSE_ERROR', 5_000),
  fails('hangs', 'NETWORK_TIMEOUT', 15_000),
  {
    name: 'leave ends a join at once, after the turn of the call, and the join rejects OPERATION_ABORTED later',
    async run({ sdk, outside }) {
      await outside('aborted');
      const client = sdk.createClient(QUICKLY);
      const told = states(client);
      const joining = client.join('app', 'room', null, 1);
      joining.catch(() => {});
      const leaving = client.leave();
      expect(told).toEqual([CONNECTING]);
      await leaving;
      expect(told).toEqual([CONNECTING, DISCONNECTING, ABORTED]);
      expect(await now(joining)).toBe('pending');
      expect(await outcome(joining)).toBe('OPERATION_ABORTED');
      expect(told).toHaveLength(3);
    },
  },
  {
    name: 'a second join while connecting is INVALID_OPERATION, and the first goes on',
    async run({ sdk, outside }) {
      await outside('hangs');
      const client = sdk.createClient(RTC);
      const told = states(client);
      const first = client.join('app', 'room', null, 1);
      first.catch(() => {});
      expect(await outcome(client.join('app', 'room', null, 2))).toBe('INVALID_OPERATION');
      expect(await now(first)).toBe('pending');
      expect(told).toEqual([CONNECTING]);
      await client.leave();
    },
  },
  {
    name: 'join, leave and join again in one turn ends connecting, and the old join rejects OPERATION_ABORTED',
    async run({ sdk, outside }) {
      await outside('aborted');
      const client = sdk.createClient(QUICKLY);
      const told = states(client);
      const first = outcome(client.join('app', 'room', null, 1));
      const leaving = client.leave();
      const second = outcome(client.join('app', 'room', null, 1));
      await leaving;
      await waitMs(5);
      expect(client.connectionState).toBe('CONNECTING');
      expect(told).toEqual([CONNECTING, DISCONNECTING, ABORTED, CONNECTING]);
      expect(await first).toBe('OPERATION_ABORTED');
      await client.leave();
      await second;
    },
  },
  {
    name: 'leave without a connection resolves, twice and at once too, and tells nothing',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const told = states(client);
      await Promise.all([client.leave(), client.leave()]);
      await client.leave();
      expect(told).toEqual([]);
    },
  },
  {
    name: 'two clients of one page may connect with one uid to one channel',
    async run({ sdk, outside }) {
      await outside('hangs');
      const clients = [sdk.createClient(RTC), sdk.createClient(RTC)];
      for (const client of clients) void client.join('app', 'room', null, 1).catch(() => {});
      expect(clients.map(({ connectionState }) => connectionState)).toEqual(['CONNECTING', 'CONNECTING']);
      await Promise.all(clients.map((client) => client.leave()));
    },
  },
];
