import { expect, test } from 'vitest';
import { judgeWire } from '../../src/network/judge-wire';
import { readPing } from '../../src/network/ping';
import { CLEAN } from '../../src/network/wire';

const OUTPUT = `PING 10.99.0.1 (10.99.0.1) 56(84) bytes of data.
64 bytes from 10.99.0.1: icmp_seq=1 ttl=64 time=414 ms
64 bytes from 10.99.0.1: icmp_seq=4 ttl=64 time=367 ms
64 bytes from 10.99.0.1: icmp_seq=3 ttl=64 time=420 ms
64 bytes from 10.99.0.1: icmp_seq=3 ttl=64 time=421 ms (DUP!)

--- 10.99.0.1 ping statistics ---
4 packets transmitted, 3 received, +1 duplicates, 25% packet loss, time 1847ms
rtt min/avg/max/mdev = 367.100/400.435/421.387/23.223 ms, pipe 33
`;

test('the figures of ping are read, with what overtook and what came twice', () => {
  expect(readPing(OUTPUT)).toEqual({
    sent: 4,
    received: 3,
    lostPercent: 25,
    outOfOrder: 1,
    duplicates: 1,
    roundTripMs: { min: 367.1, mean: 400.435, max: 421.387 },
  });
});

test('a way that is dead has no round trip', () => {
  const dead = '10 packets transmitted, 0 received, 100% packet loss, time 9001ms\n\n';
  expect(readPing(dead)).toEqual({ sent: 10, received: 0, lostPercent: 100, outOfOrder: 0, duplicates: 0 });
});

test('what is not of ping is refused', () => {
  expect(() => readPing('ping: connect: Network is unreachable')).toThrow('Network is unreachable');
});

const BAD = { loss: 5, delay: { mean: 200, spread: 50 } };
const GOOD_PING = { sent: 300, received: 300, lostPercent: 0, outOfOrder: 0, duplicates: 0 };

test('a wire that does as it was set is believed', () => {
  const roundTripMs = { min: 300, mean: 400, max: 470 };
  expect(judgeWire(BAD, { ...GOOD_PING, lostPercent: 9.3, outOfOrder: 80, roundTripMs })).toEqual([]);
  expect(judgeWire(CLEAN, { ...GOOD_PING, roundTripMs: { min: 0.1, mean: 0.2, max: 4 } })).toEqual([]);
});

test('a wire that is better than it was set proves nothing, and that is said', () => {
  const problems = judgeWire(BAD, { ...GOOD_PING, roundTripMs: { min: 0.1, mean: 0.2, max: 1 } });
  expect(problems).toHaveLength(3);
});

test('a wire that is worse than it was set is found', () => {
  expect(
    judgeWire(CLEAN, { ...GOOD_PING, lostPercent: 10, roundTripMs: { min: 1, mean: 90, max: 99 } }),
  ).toHaveLength(2);
});
