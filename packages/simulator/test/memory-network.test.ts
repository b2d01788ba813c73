import { AvatarError, type ConnectOptions, silentLogger } from '@avatarwire/core';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryNetwork,
  createVirtualClock,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  memory,
  seededRandom,
  type VirtualClock,
} from '../src/index';

let clock: VirtualClock;
let arrived: { readonly at: number; readonly number: number }[];

beforeEach(() => {
  clock = createVirtualClock();
  arrived = [];
});

const connectOptions: ConnectOptions = { signal: new AbortController().signal, logger: silentLogger };

function network(options: MemoryNetworkOptions = {}): MemoryNetwork {
  return createMemoryNetwork({ clock, random: seededRandom(3), ...options });
}

async function connected(net: MemoryNetwork) {
  const far = net.join('room', 'far');
  far.onPacket(({ data }) => arrived.push({ at: clock.now(), number: data[0] ?? -1 }));
  const transport = memory(net);
  await clock.run(transport.connect({ room: 'room' }, connectOptions));
  return { transport, far, net };
}

const packet = (number: number, bytes = 10) => new Uint8Array(bytes).fill(number);
const numbers = () => arrived.map(({ number }) => number);

describe('who is thrown out while the link is cut', () => {
  test.each(['removed', 'room-ended', 'credentials-expired'] as const)(
    'hears "%s" when the link is back, and not that the network is lost',
    async (reason) => {
      const net = network();
      const { transport } = await connected(net);
      const closed: string[] = [];
      transport.on('closed', (event) => closed.push(event.reason));
      net.cut('room');
      net.end(reason, 'room');
      await clock.advance(1_000);
      expect(net.present('room')).toEqual(['far']);
      expect(closed).toEqual([]);
      net.resume('room');
      await clock.advance(100);
      expect(closed).toEqual([reason]);
      expect(clock.scheduled).toBe(0);
    },
  );
});

describe('conditions of the memory network', () => {
  test('a packet takes the latency', async () => {
    const { transport } = await connected(network({ conditions: { latencyMs: 70 } }));
    const start = clock.now();
    await clock.run(transport.send(packet(1)));
    await clock.advance(69);
    expect(arrived).toEqual([]);
    await clock.advance(1);
    expect(arrived).toEqual([{ at: start + 70, number: 1 }]);
  });

  test("the order is kept on a browser's clock too, whose time has fractions and whose timers have none", async () => {
    const timers = {
      ...clock,
      schedule: (call: () => void, ms: number) => clock.schedule(call, Math.trunc(ms)),
    };
    const { transport, net } = await connected(network({ clock: timers, conditions: { latencyMs: 20 } }));
    for (let number = 0; number < 200; number++) {
      void transport.send(packet(number));
      await clock.advance(0.1);
    }
    net.cut();
    net.resume();
    await clock.advance(100);
    expect(numbers()).toEqual(Array.from({ length: 200 }, (_, number) => number));
    await clock.run(transport.close());
    expect(clock.scheduled).toBe(0);
  });

  test('jitter spreads arrivals and keeps the order', async () => {
    const { transport } = await connected(network({ conditions: { latencyMs: 20, jitterMs: 50 } }));
    for (let number = 0; number < 100; number++) {
      void transport.send(packet(number));
      await clock.advance(3);
    }
    await clock.advance(100);
    expect(numbers()).toEqual(Array.from({ length: 100 }, (_, number) => number));
    const gaps = arrived.map(({ at }, index) => at - (arrived[index - 1]?.at ?? at));
    expect(Math.max(...gaps)).toBeGreaterThan(3);
  });

  test('loss loses about its part', async () => {
    const { transport } = await connected(network({ conditions: { loss: 0.2 } }));
    expect(transport.capabilities.reliable).toBe(false);
    for (let number = 0; number < 250; number++) void transport.send(packet(number));
    await clock.advance(100);
    expect(arrived.length).toBeGreaterThan(170);
    expect(arrived.length).toBeLessThan(230);
  });

  test('duplication doubles about its part', async () => {
    const { transport } = await connected(network({ conditions: { duplication: 0.2 } }));
    for (let number = 0; number < 250; number++) void transport.send(packet(number));
    await clock.advance(100);
    expect(arrived.length).toBeGreaterThan(270);
    expect(new Set(numbers()).size).toBe(250);
  });

  test('reordering lets later packets overtake', async () => {
    const { transport } = await connected(network({ conditions: { reordering: 0.2 } }));
    expect(transport.capabilities.ordered).toBe(false);
    for (let number = 0; number < 100; number++) {
      void transport.send(packet(number));
      await clock.advance(2);
    }
    await clock.advance(100);
    expect(new Set(numbers()).size).toBe(100);
    expect(numbers()).not.toEqual([...numbers()].sort((one, other) => one - other));
  });

  test('the same seed gives the same run', async () => {
    const run = async () => {
      clock = createVirtualClock();
      arrived = [];
      const { transport } = await connected(
        network({ conditions: { loss: 0.3, jitterMs: 40, reordering: 0.3 } }),
      );
      for (let number = 0; number < 50; number++) void transport.send(packet(number));
      await clock.advance(500);
      return arrived;
    };
    const first = await run();
    expect(await run()).toEqual(first);
  });

  test.each([
    ['latencyMs', -1],
    ['jitterMs', Infinity],
    ['loss', 1.1],
    ['duplication', Number.NaN],
    ['reordering', -0.1],
    ['uplinkBytesPerSecond', -5],
  ])('a nonsensical %s is refused by name', (field, value) => {
    expect(() => network({ conditions: { [field]: value } })).toThrow(`conditions.${field}`);
  });
});

describe('limits of the memory network', () => {
  test("with Agora's policy the thirty-first packet of a second is a violation and is lost", async () => {
    const net = network({ policy: 'agora' });
    const { transport } = await connected(net);
    for (let number = 0; number < 31; number++) void transport.send(packet(number));
    await clock.advance(100);
    expect(arrived).toHaveLength(30);
    expect(net.violations).toEqual([
      { at: expect.any(Number), limit: 'packets-per-second', used: 31, allowed: 30 },
    ]);
  });

  test('any second counts, wherever it begins', async () => {
    const net = network({ policy: 'agora' });
    const { transport } = await connected(net);
    for (let number = 0; number < 15; number++) void transport.send(packet(number));
    await clock.advance(900);
    for (let number = 15; number < 30; number++) void transport.send(packet(number));
    await clock.advance(99);
    expect(net.violations).toEqual([]);
    void transport.send(packet(30));
    await clock.advance(50);
    expect(net.violations).toHaveLength(1);
    expect(arrived).toHaveLength(30);
    // A second after the first fifteen their place is free again.
    void transport.send(packet(31));
    await clock.advance(50);
    expect(net.violations).toHaveLength(1);
  });

  test('bytes are counted too', async () => {
    const net = network({ policy: 'trtc' });
    const { transport } = await connected(net);
    for (let number = 0; number < 9; number++) void transport.send(packet(number, 1_000));
    await clock.advance(100);
    expect(net.violations).toMatchObject([{ limit: 'bytes-per-second', used: 9_000, allowed: 8_000 }]);
    expect(arrived).toHaveLength(8);
  });

  test('without enforcement it only counts', async () => {
    const net = network({ policy: 'agora', enforceLimits: false });
    const { transport } = await connected(net);
    for (let number = 0; number < 40; number++) void transport.send(packet(number));
    await clock.advance(100);
    expect(arrived).toHaveLength(40);
    expect(net.violations).toHaveLength(10);
  });

  test("with Agora's policy a send settles after a round trip", async () => {
    const { transport } = await connected(network({ policy: 'agora', conditions: { latencyMs: 60 } }));
    const start = clock.now();
    await clock.run(transport.send(packet(1)));
    expect(clock.now() - start).toBe(120);
  });

  test('a policy that makes no sense is refused by name', () => {
    expect(() => network({ policy: 'nobody' as never })).toThrow(AvatarError);
    expect(() => network({ policy: 'nobody' as never })).toThrow('policy');
  });
});

describe('links of the memory network', () => {
  test('a cut holds what is under way, and a resume delivers it in order', async () => {
    const net = network();
    const { transport } = await connected(net);
    void transport.send(packet(1));
    await clock.advance(10);
    net.cut();
    await clock.run(transport.send(packet(2)));
    await clock.advance(5_000);
    expect(arrived).toEqual([]);
    net.resume();
    void transport.send(packet(3));
    await clock.advance(100);
    expect(numbers()).toEqual([1, 2, 3]);
  });

  test('a lossy reconnect loses them, although their sends resolved', async () => {
    const net = network();
    const { transport } = await connected(net);
    void transport.send(packet(1));
    await clock.advance(10);
    net.cut();
    await clock.run(transport.send(packet(2)));
    net.reconnectLossily();
    await clock.run(transport.send(packet(3)));
    await clock.advance(100);
    expect(numbers()).toEqual([3]);
  });

  test('a lossy reconnect loses no news of the room', async () => {
    const net = network();
    const { transport } = await connected(net);
    const joined: string[] = [];
    transport.on('participant-joined', ({ id }) => joined.push(id));
    net.cut();
    net.join('room', 'late');
    net.reconnectLossily();
    await clock.advance(100);
    expect(joined).toEqual(['late']);
  });

  test('a cut of 30 s ends in network-lost', async () => {
    const net = network();
    const { transport } = await connected(net);
    const closed: string[] = [];
    transport.on('closed', ({ reason }) => closed.push(reason));
    net.cut();
    await clock.advance(29_999);
    expect(closed).toEqual([]);
    await clock.advance(1);
    expect(closed).toEqual(['network-lost']);
    expect(clock.scheduled).toBe(0);
  });

  test('a full uplink holds sends back until its buffer is at the low mark', async () => {
    const net = network({ conditions: { uplinkBytesPerSecond: 32_000 } });
    const { transport } = await connected(net);
    const settled: number[] = [];
    for (let number = 0; number < 4; number++)
      void transport.send(packet(number, 16_000)).then(() => settled.push(clock.now()));
    const start = clock.now();
    await clock.advance(0);
    expect(net.bufferedBytes).toBe(64_000);
    // Only the first found the buffer at its low mark; the others wait until 48,000 bytes have left.
    expect(settled).toHaveLength(1);
    await clock.advance(1_499);
    expect(settled).toHaveLength(1);
    await clock.advance(1);
    expect(settled).toEqual([start, start + 1_500, start + 1_500, start + 1_500]);
    await clock.advance(1_000);
    expect(numbers()).toEqual([0, 1, 2, 3]);
    expect(net.bufferedBytes).toBe(0);
  });

  test('an avatar that comes back within three seconds has not left', async () => {
    const net = network();
    const { transport, far } = await connected(net);
    const left: string[] = [];
    transport.on('participant-left', ({ id }) => left.push(id));
    far.leave();
    await clock.advance(2_900);
    net.join('room', 'far');
    await clock.advance(10_000);
    expect(left).toEqual([]);
  });

  test('nothing is scheduled after close', async () => {
    const net = network();
    const { transport, far } = await connected(net);
    void transport.send(packet(1));
    far.send(packet(2));
    far.leave();
    await clock.advance(25);
    await clock.run(transport.close());
    expect(clock.scheduled).toBe(0);
    expect(net.present('room')).toEqual([]);
  });
});
