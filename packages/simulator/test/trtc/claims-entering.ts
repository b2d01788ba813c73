/** Claims about entering: how it fails, and what else may be called meanwhile. */

import { expect } from 'vitest';
import {
  type ClaimInstance,
  expectFailure,
  outcome,
  quiet,
  record,
  type Subject,
  settled,
  type World,
  who,
} from './claim-tools';
import type { Claim } from './claims';

const LONG_MS = 15_000;
const CONNECTION = ['connection-state-changed', 'error'];

/** A claim about an instance that has begun to enter and cannot. */
function whileEntering(
  name: string,
  run: (instance: ClaimInstance, entering: Promise<void>, subject: Subject) => Promise<void>,
  world: World = 'signalling-hangs',
): Claim {
  return {
    name,
    async run(subject) {
      const more = await subject.world(world);
      const instance = subject.sdk.create();
      const trail = record(subject, instance, CONNECTION);
      const entering = quiet(instance.enterRoom({ ...who, ...more }));
      if (world === 'signalling-hangs') await expect.poll(() => trail.states()).toEqual(['CONNECTING']);
      await run(instance, entering, subject);
      instance.destroy();
      await subject.release();
    },
  };
}

/** A claim about what entering comes to. */
function fails(
  name: string,
  world: World,
  run: (instance: ClaimInstance, enter: () => Promise<void>, subject: Subject) => Promise<void>,
  slow = false,
): Claim {
  return {
    name,
    slow,
    async run(subject) {
      const more = await subject.world(world);
      const instance = subject.sdk.create();
      await run(instance, () => quiet(instance.enterRoom({ ...who, ...more })), subject);
      instance.destroy();
      await subject.release();
    },
  };
}

const noEvents = (subject: Subject, instance: ClaimInstance) =>
  record(subject, instance, [...CONNECTION, 'network-quality']);

export const enteringClaims: readonly Claim[] = [
  ...(['aborted', 'server-error'] as const).map((world) =>
    fails(
      `a first request that is ${world} rejects with 5500, no extraCode and no event`,
      world,
      async (instance, enter, subject) => {
        const trail = noEvents(subject, instance);
        expectFailure(await settled(enter(), LONG_MS), 'rejected', 5500, undefined);
        expect(trail.seen).toEqual([]);
      },
    ),
  ),
  fails('an instance that failed to enter may enter again', 'aborted', async (_instance, enter) => {
    for (let attempt = 0; attempt < 2; attempt++)
      expectFailure(await settled(enter(), LONG_MS), 'rejected', 5500, undefined);
  }),
  fails(
    'requests that each fail after a second reject with 5500 after 8 to 10 s, without an event',
    'http-slow',
    async (instance, enter, subject) => {
      const trail = noEvents(subject, instance);
      const began = subject.now();
      expectFailure(await settled(enter(), LONG_MS), 'rejected', 5500, undefined);
      expect(subject.now() - began).toBeGreaterThan(7_500);
      expect(subject.now() - began).toBeLessThan(11_000);
      expect(trail.seen).toEqual([]);
    },
    true,
  ),
  fails(
    'a first request without an answer leaves entering pending, without an event',
    'http-hangs',
    async (instance, enter, subject) => {
      const trail = noEvents(subject, instance);
      const entering = enter();
      await subject.wait(2_500);
      expect(await settled(entering, 50)).toEqual({ how: 'pending' });
      expect(trail.seen).toEqual([]);
    },
  ),
  fails(
    'signalling that refuses leaves entering pending, flaps every 2 s, and is one error 5501 after 4 s',
    'signalling-refused',
    async (instance, enter, subject) => {
      const trail = record(subject, instance, CONNECTION);
      const entering = enter();
      await expect.poll(() => trail.states().length, { timeout: LONG_MS }).toBe(8);
      expect(trail.states()).toEqual(Array.from({ length: 4 }, () => ['CONNECTING', 'DISCONNECTED']).flat());
      const errors = trail.seen.filter(({ event }) => event === 'error');
      expect(errors).toMatchObject([{ payload: { code: 5500, extraCode: 5501 } }]);
      expect(errors[0]?.at).toBeGreaterThan(3_900);
      expect(await settled(entering, 50)).toEqual({ how: 'pending' });
    },
    true,
  ),
  fails(
    'signalling that does not open leaves entering pending in CONNECTING',
    'signalling-hangs',
    async (instance, enter, subject) => {
      const trail = record(subject, instance, CONNECTION);
      const entering = enter();
      await subject.wait(2_500);
      expect(await settled(entering, 50)).toEqual({ how: 'pending' });
      expect(trail.seen.map(({ payload }) => payload)).toEqual([
        { prevState: 'DISCONNECTED', state: 'CONNECTING', isReconnecting: false },
      ]);
    },
  ),
  fails(
    'signalling that says nothing is CONNECTED twice, and rejects with 5400 and extraCode 0 after 10 s',
    'signalling-mute',
    async (instance, enter, subject) => {
      const trail = record(subject, instance, CONNECTION);
      const began = subject.now();
      expectFailure(await settled(enter(), LONG_MS), 'rejected', 5400, 0);
      expect(subject.now() - began).toBeGreaterThan(9_900);
      expect(trail.states()).toEqual(
        Array.from({ length: 2 }, () => ['CONNECTING', 'CONNECTED', 'DISCONNECTED']).flat(),
      );
    },
    true,
  ),
  fails(
    'signalling that closes at once is CONNECTED all the same, and rejects with 5500',
    'signalling-closes',
    async (instance, enter, subject) => {
      const trail = record(subject, instance, CONNECTION);
      expectFailure(await settled(enter(), LONG_MS), 'rejected', 5500, undefined);
      expect(trail.states()).toEqual(
        Array.from({ length: 2 }, () => [
          'CONNECTING',
          'CONNECTED',
          'DISCONNECTED',
          'CONNECTING again',
          'DISCONNECTED',
        ]).flat(),
      );
      expect(trail.names()).not.toContain('error');
    },
  ),
  fails(
    'the quality of the network comes every 2 s while entering, with 0 for no figure',
    'signalling-hangs',
    async (instance, enter, subject) => {
      const trail = record(subject, instance, ['network-quality']);
      void enter();
      await expect.poll(() => trail.seen.length, { timeout: LONG_MS }).toBeGreaterThan(0);
      expect(trail.seen[0]).toMatchObject({
        payload: { uplinkNetworkQuality: 0, downlinkNetworkQuality: 0 },
      });
      expect(trail.seen[0]?.at).toBeGreaterThan(1_900);
    },
  ),

  whileEntering(
    'a second enterRoom rejects with 5998 at once, for the same room and another',
    async (instance, entering) => {
      expectFailure(await outcome(() => instance.enterRoom(who)), 'rejected', 5998, undefined);
      expectFailure(
        await outcome(() => instance.enterRoom({ ...who, strRoomId: 'another' })),
        'rejected',
        5998,
        undefined,
      );
      expect(await settled(entering, 50)).toEqual({ how: 'pending' });
    },
  ),
  whileEntering('exitRoom stays pending', async (instance) => {
    expect(await outcome(() => quiet(instance.exitRoom()))).toEqual({ how: 'pending' });
  }),
  whileEntering(
    'exitRoom then enterRoom of the same room both reject with 5998, and the first goes on',
    async (instance, entering) => {
      const exiting = quiet(instance.exitRoom());
      expectFailure(await outcome(() => instance.enterRoom(who)), 'rejected', 5998, undefined);
      expectFailure(await settled(exiting), 'rejected', 5998, undefined);
      expect(await settled(entering, 50)).toEqual({ how: 'pending' });
    },
  ),
  whileEntering('exitRoom then enterRoom of another room both wait', async (instance) => {
    const exiting = quiet(instance.exitRoom());
    const another = quiet(instance.enterRoom({ ...who, strRoomId: 'another' }));
    expect(await settled(exiting, 300)).toEqual({ how: 'pending' });
    expect(await settled(another, 50)).toEqual({ how: 'pending' });
  }),
  whileEntering(
    'destroy while signalling ends the enter with 5100 and no extraCode, and a pending exit well',
    async (instance, entering) => {
      const exiting = quiet(instance.exitRoom());
      expect(await outcome(() => instance.destroy())).toEqual({ how: 'returned', value: undefined });
      expectFailure(await settled(entering), 'rejected', 5100, undefined);
      expect(await settled(exiting)).toEqual({ how: 'resolved' });
    },
  ),
  whileEntering(
    'destroy before signalling ends nothing while the request hangs',
    async (instance, entering) => {
      instance.destroy();
      expect(await settled(entering)).toEqual({ how: 'pending' });
    },
    'http-hangs',
  ),
  whileEntering('a message and a remote picture are refused with 5101', async (instance) => {
    const message = { cmdId: 1, data: new ArrayBuffer(1) };
    expectFailure(await outcome(() => instance.sendCustomMessage(message)), 'rejected', 5100, 5101);
    expectFailure(
      await outcome(() => instance.startRemoteVideo({ userId: 'bob', streamType: 'main' })),
      'rejected',
      5100,
      5101,
    );
  }),
  whileEntering('muting someone works', async (instance) => {
    expect(await outcome(() => instance.muteRemoteAudio('bob', true))).toEqual({ how: 'resolved' });
  }),
  fails('switchRole waits, and is 5998 when entering fails', 'signalling-closes', async (instance, enter) => {
    const entering = enter();
    const switching = quiet(instance.switchRole('audience'));
    expectFailure(await settled(entering, LONG_MS), 'rejected', 5500, undefined);
    expectFailure(await settled(switching), 'rejected', 5998, undefined);
  }),
  {
    name: 'exitRoom in no room resolves at once',
    async run({ sdk }) {
      const instance = sdk.create();
      expect(await outcome(() => instance.exitRoom(), 50)).toEqual({ how: 'resolved' });
      instance.destroy();
    },
  },
  {
    name: 'exitRoom resolves after an enter that failed',
    async run(subject) {
      await subject.world('aborted');
      const instance = subject.sdk.create();
      const entering = quiet(instance.enterRoom(who));
      expect(await outcome(() => instance.exitRoom(), LONG_MS)).toEqual({ how: 'resolved' });
      expectFailure(await settled(entering), 'rejected', 5500, undefined);
      instance.destroy();
      await subject.release();
    },
  },
  {
    name: 'enterRoom in a room is refused with 5104',
    async run(subject) {
      const instance = subject.sdk.create();
      const leave = await subject.enter(instance);
      expectFailure(await outcome(() => instance.enterRoom(who)), 'rejected', 5100, 5104);
      await leave();
      instance.destroy();
    },
  },
  {
    name: 'destroy in a room throws 5100 without an extraCode, and has removed every handler',
    async run(subject) {
      const instance = subject.sdk.create();
      const heard: unknown[] = [];
      instance.on('error', (error) => heard.push(error));
      const leave = await subject.enter(instance);
      expectFailure(await outcome(() => instance.destroy()), 'threw', 5100, undefined);
      instance.emit('error', {});
      expect(heard).toEqual([]);
      await leave();
      instance.destroy();
    },
  },
  {
    name: 'destroy twice is well, and enterRoom after it rejects with 5100 and no extraCode',
    async run({ sdk }) {
      const instance = sdk.create();
      instance.destroy();
      expect(await outcome(() => instance.destroy())).toEqual({ how: 'returned', value: undefined });
      expectFailure(await outcome(() => instance.enterRoom(who)), 'rejected', 5100, undefined);
    },
  },
  {
    name: 'a remote picture of nobody is refused with 5102 in a room',
    async run(subject) {
      const instance = subject.sdk.create();
      const leave = await subject.enter(instance);
      expectFailure(
        await outcome(() => instance.startRemoteVideo({ userId: 'nobody', streamType: 'main' })),
        'rejected',
        5100,
        5102,
      );
      expect(instance.getAudioTrack('nobody')).toBeNull();
      expect(instance.getVideoTrack({ userId: 'nobody', streamType: 'main' })).toBeNull();
      await leave();
      instance.destroy();
    },
  },
];
