// What the network's charts show, from statistics as vendors give them.
import { expect, test } from 'vitest';
import { figureTexts } from '../src/network/figure-texts';
import { measure } from '../src/network/measurements';

const before = {
  atMs: 1_000,
  statistics: { bytesSent: 1_000, bytesReceived: 50_000, packetsLost: 2 },
};

test('counts since the beginning become figures a second', () => {
  const now = {
    roundTripMs: 12,
    bytesSent: 2_000,
    bytesReceived: 300_000,
    packetsLost: 5,
    framesPerSecond: 25,
  };
  expect(measure(now, 3_000, before)).toEqual({
    atMs: 3_000,
    roundTripMs: 12,
    bitsOutPerSecond: 4_000,
    bitsInPerSecond: 1_000_000,
    packetsLostPerSecond: 1.5,
    framesPerSecond: 25,
  });
});

test('what the vendor does not measure is absent, and of a first count there is no rate', () => {
  expect(measure({ roundTripMs: 9 }, 2_000, before)).toEqual({ atMs: 2_000, roundTripMs: 9 });
  expect(measure({ bytesSent: 700 }, 2_000)).toEqual({ atMs: 2_000 });
});

test('a count that is less than before is of another connection, and no rate', () => {
  expect(measure({ bytesSent: 10, packetsLost: 2 }, 2_000, before)).toEqual({
    atMs: 2_000,
    packetsLostPerSecond: 0,
  });
});

test('figures are written short, with their unit', () => {
  const { bitsInPerSecond, framesPerSecond, packetsLostPerSecond } = figureTexts;
  expect([400, 82_000, 2_430_000].map(bitsInPerSecond.write)).toEqual([
    '0.4 kbit/s',
    '82 kbit/s',
    '2.4 Mbit/s',
  ]);
  expect(framesPerSecond.write(24.6)).toBe('25 /s');
  expect([0, 1.25, 40].map(packetsLostPerSecond.write)).toEqual(['0.0 /s', '1.3 /s', '40 /s']);
});
