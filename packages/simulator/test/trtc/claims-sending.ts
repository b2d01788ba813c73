/** Claims about messages, as far as they leave the SDK. */

import { expect, vi } from 'vitest';
import { type ClaimInstance, expectFailure, outcome } from './claim-tools';
import type { Claim } from './claims';

const START = 1_767_225_600_000;

/** The machine's clock, in the hand of a claim. */
function holdWallClock() {
  let now = START;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now);
  return {
    set: (ms: number) => {
      now = START + ms;
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}

const send = (instance: ClaimInstance, bytes = 1, cmdId = 1) =>
  instance.sendCustomMessage({ cmdId, data: new ArrayBuffer(bytes) });

/** How many of `count` messages are taken before one is refused. */
function takenOf(instance: ClaimInstance, count: number, bytes = 1): number {
  for (let taken = 0; taken < count; taken++) {
    try {
      send(instance, bytes, 1 + (taken % 10));
    } catch {
      return taken;
    }
  }
  return count;
}

/** A claim about an instance that is in a room, by a clock that stands still. */
function inRoom(
  name: string,
  run: (instance: ClaimInstance, wall: ReturnType<typeof holdWallClock>, other: ClaimInstance) => unknown,
): Claim {
  return {
    name,
    async run(subject) {
      const [instance, other] = [subject.sdk.create(), subject.sdk.create()];
      const leave = await subject.enter(instance);
      const leaveOther = await subject.enter(other);
      try {
        using wall = holdWallClock();
        await run(instance, wall, other);
      } finally {
        await leave();
        await leaveOther();
        instance.destroy();
        other.destroy();
      }
    },
  };
}

export const sendingClaims: readonly Claim[] = [
  inRoom('a message that is taken returns undefined, and no promise', async (instance) => {
    expect(await outcome(() => send(instance, 1_000))).toEqual({ how: 'returned', value: undefined });
  }),
  inRoom('a cmdId of 1.5 is taken', async (instance) => {
    expect(await outcome(() => send(instance, 1, 1.5))).toEqual({ how: 'returned', value: undefined });
  }),
  inRoom('a message of 1,001 bytes is rejected in a room too, and not thrown', async (instance) => {
    expectFailure(await outcome(() => send(instance, 1_001)), 'rejected', 5000, 5018);
  }),
  inRoom(
    'the 31st message of a second is thrown: 4097, by the name RtcError, with extraCode 0',
    async (instance) => {
      expect(takenOf(instance, 30)).toBe(30);
      const refused = await outcome(() => send(instance));
      expectFailure(refused, 'threw', 4097, 0);
      expect(refused).toMatchObject({ error: { name: 'RtcError' } });
      expect('error' in refused && refused.error).toBeInstanceOf(Error);
    },
  ),
  inRoom('the error over the rate is of another class than a rejected one', async (instance) => {
    takenOf(instance, 30);
    const [thrown, rejected] = [await outcome(() => send(instance)), await outcome(() => send(instance, 0))];
    const classOf = (result: object) =>
      'error' in result && result.error instanceof Error ? result.error.constructor : undefined;
    expect(classOf(thrown)).toBeDefined();
    expect(classOf(thrown)).not.toBe(classOf(rejected));
  }),
  inRoom('8,000 bytes in a second are taken, and the next byte is thrown', (instance) => {
    expect(takenOf(instance, 8, 1_000)).toBe(8);
    expect(() => send(instance)).toThrow(expect.objectContaining({ code: 4097 }));
  }),
  inRoom('a message that is refused for its bytes counts them all the same', (instance) => {
    expect(takenOf(instance, 7, 1_000)).toBe(7);
    send(instance, 900);
    expect(() => send(instance, 1_000)).toThrow(expect.objectContaining({ code: 4097 }));
    expect(() => send(instance, 50)).toThrow(expect.objectContaining({ code: 4097 }));
  }),
  inRoom('a message with wrong arguments counts nothing', async (instance) => {
    for (let count = 0; count < 40; count++) await outcome(() => send(instance, 1_001));
    expect(takenOf(instance, 31)).toBe(30);
  }),
  inRoom('the rate is counted over every cmdId together', (instance) => {
    for (let cmdId = 1; cmdId <= 10; cmdId++)
      for (let count = 0; count < 3; count++) send(instance, 1, cmdId);
    expect(() => send(instance, 1, 10)).toThrow(expect.objectContaining({ code: 4097 }));
  }),
  inRoom('each instance has a rate of its own', (instance, _wall, other) => {
    expect(takenOf(instance, 40)).toBe(30);
    expect(takenOf(other, 40)).toBe(30);
  }),
  inRoom('the window begins with its first message and does not slide', (instance, wall) => {
    send(instance);
    wall.set(900);
    expect(takenOf(instance, 40)).toBe(29);
    wall.set(1_001);
    expect(takenOf(instance, 40)).toBe(30);
  }),
  inRoom('the window is full for 999 ms', (instance, wall) => {
    expect(takenOf(instance, 40)).toBe(30);
    wall.set(999);
    expect(takenOf(instance, 1)).toBe(0);
  }),
  inRoom('at exactly 1,000 ms nothing is refused, and the old window goes on', (instance, wall) => {
    expect(takenOf(instance, 40)).toBe(30);
    wall.set(1_000);
    expect(takenOf(instance, 5)).toBe(5);
    wall.set(1_001);
    expect(takenOf(instance, 40)).toBe(30);
  }),
  inRoom('a wall clock that steps back keeps a full window full until it has caught up', (instance, wall) => {
    expect(takenOf(instance, 40)).toBe(30);
    wall.set(-10_000);
    expect(takenOf(instance, 1)).toBe(0);
    wall.set(-1);
    expect(takenOf(instance, 1)).toBe(0);
    wall.set(1_001);
    expect(takenOf(instance, 1)).toBe(1);
  }),
  inRoom('a wall clock that steps on frees a full window', (instance, wall) => {
    expect(takenOf(instance, 40)).toBe(30);
    wall.set(3_600_000);
    expect(takenOf(instance, 40)).toBe(30);
  }),
  {
    name: 'a buffer of another realm is refused with 5004',
    async run({ sdk }) {
      const instance = sdk.create();
      const frame = document.createElement('iframe');
      document.body.append(frame);
      try {
        const { ArrayBuffer: Foreign } = frame.contentWindow as Window & { ArrayBuffer: typeof ArrayBuffer };
        const refused = await outcome(() => instance.sendCustomMessage({ cmdId: 1, data: new Foreign(1) }));
        expectFailure(refused, 'rejected', 5000, 5004);
      } finally {
        frame.remove();
        instance.destroy();
      }
    },
  },
  {
    name: 'in the scene live the audience is refused with 5107, after the arguments',
    async run(subject) {
      const instance = subject.sdk.create();
      const leave = await subject.enter(instance, { scene: 'live', role: 'audience' });
      expectFailure(await outcome(() => send(instance)), 'rejected', 5100, 5107);
      expectFailure(await outcome(() => send(instance, 0)), 'rejected', 5000, 5017);
      await leave();
      instance.destroy();
    },
  },
  {
    name: 'in the scene rtc the role does not matter to a message',
    async run(subject) {
      const instance = subject.sdk.create();
      const leave = await subject.enter(instance, { scene: 'rtc', role: 'audience' });
      expect(await outcome(() => send(instance))).toEqual({ how: 'returned', value: undefined });
      await leave();
      instance.destroy();
    },
  },
  {
    name: 'a message after destroy is rejected with 5101',
    async run({ sdk }) {
      const instance = sdk.create();
      instance.destroy();
      expectFailure(await outcome(() => send(instance)), 'rejected', 5100, 5101);
    },
  },
];
