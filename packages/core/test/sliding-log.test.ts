import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Charge, SlidingLog } from '../src/delivery/sliding-log';

const LIMIT = { packets: 4, bytes: 1_000 };

describe('the log of the last second', () => {
  it('charges a settled packet for a second and the guard after its hand-over', () => {
    const log = new SlidingLog();
    log.settle(log.add(0, 900), 900);
    expect(log.used(1_009)).toEqual({ packets: 1, bytes: 900 });
    expect(log.fitsAt(0, 200, LIMIT)).toBe(1_010);
    expect(log.used(1_010)).toEqual({ packets: 0, bytes: 0 });
    expect(log.fitsAt(1_010, 1_000, LIMIT)).toBe(1_010);
  });

  it('charges an unsettled packet until it settles, and cannot say when that is', () => {
    const log = new SlidingLog();
    const charge = log.add(0, 900);
    expect(log.fitsAt(0, 200, LIMIT)).toBeUndefined();
    expect(log.fitsAt(9_000, 200, LIMIT)).toBeUndefined();
    log.settle(charge, 900);
    expect(log.fitsAt(9_000, 1_000, LIMIT)).toBe(9_000);
  });

  it('charges what a connection may hold back for a second after it is back', () => {
    const log = new SlidingLog();
    log.settle(log.add(0, 100), 100);
    log.settle(log.add(900, 600), 600);
    log.hold(1_100);
    expect(log.used(9_000)).toEqual({ packets: 1, bytes: 600 });
    log.release(9_000);
    expect(log.fitsAt(9_000, 500, LIMIT)).toBe(10_010);
    expect(log.used(10_010)).toEqual({ packets: 0, bytes: 0 });
  });

  it('counts packets as well as bytes', () => {
    const log = new SlidingLog();
    for (const at of [0, 10, 20, 30]) log.settle(log.add(at, 1), 1);
    expect(log.fitsAt(40, 1, LIMIT)).toBe(1_010);
    expect(log.fitsAt(1_010, 1, LIMIT)).toBe(1_010);
  });

  it('lets everything through where nothing is limited', () => {
    const log = new SlidingLog();
    for (let count = 0; count < 1_000; count++) log.add(0, 10_000);
    expect(log.fitsAt(0, 10_000, { packets: Infinity, bytes: Infinity })).toBe(0);
  });

  it('keeps packets within a millisecond together, charged by the last of them', () => {
    const log = new SlidingLog();
    log.settle(log.add(0, 400), 400);
    log.settle(log.add(0.5, 400), 400);
    expect(log.fitsAt(1, 400, LIMIT)).toBe(1_010.5);
    log.settle(log.add(1, 100), 100);
    expect(log.fitsAt(2, 200, LIMIT)).toBe(1_010.5);
  });

  it('says what a list of all packets says, in any order of hand-overs and settlements', () => {
    const event = fc.record({
      waitMs: fc.integer({ min: 0, max: 700 }),
      bytes: fc.integer({ min: 1, max: 600 }),
      settles: fc.option(fc.nat(20), { nil: undefined }),
      wanted: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const log = new SlidingLog();
        const packets: { at: number; bytes: number; settled: boolean; charge: Charge }[] = [];
        const charged = (now: number) => packets.filter(({ at, settled }) => !settled || at + 1_010 > now);
        const fits = (now: number, bytes: number) => {
          const inWindow = charged(now);
          const used = inWindow.reduce((total, packet) => total + packet.bytes, 0);
          return inWindow.length + 1 <= LIMIT.packets && used + bytes <= LIMIT.bytes;
        };
        let now = 0;
        for (const { waitMs, bytes, settles, wanted } of events) {
          now += waitMs;
          const old = settles === undefined ? undefined : packets[settles];
          if (old && !old.settled) {
            log.settle(old.charge, old.bytes);
            old.settled = true;
          }
          packets.push({ at: now, bytes, settled: false, charge: log.add(now, bytes) });
          const bytesUsed = charged(now).reduce((total, packet) => total + packet.bytes, 0);
          expect(log.used(now)).toEqual({ packets: charged(now).length, bytes: bytesUsed });
          const candidates = [now, ...packets.map(({ at }) => at + 1_010).filter((at) => at > now)].sort(
            (a, b) => a - b,
          );
          expect(log.fitsAt(now, wanted, LIMIT)).toBe(candidates.find((at) => fits(at, wanted)));
        }
      }),
    );
  });
});
