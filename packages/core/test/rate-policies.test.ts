import { describe, expect, it } from 'vitest';
import {
  checkRatePolicy,
  INTERRUPT_BYTES,
  type RatePolicy,
  ratePolicies,
  ratePolicyFor,
} from '../src/delivery/rate-policies';
import { encodeCommand } from '../src/protocol/encode';

const names = Object.keys(ratePolicies) as (keyof typeof ratePolicies)[];

describe('the table of rate policies', () => {
  it.each(names)('holds a policy for %s that can be kept, with its source, and cannot be changed', (name) => {
    const policy = ratePolicies[name];
    expect(checkRatePolicy(policy)).toBe(policy);
    expect(policy.source.length).toBeGreaterThan(10);
    expect(Object.isFrozen(policy) && Object.isFrozen(policy.reserve)).toBe(true);
  });

  it('leaves 6,000 bytes and 29 packets a second over Agora, 7,872 and 29 over TRTC', () => {
    const usable = ({ packetsPerSecond, bytesPerSecond, reserve }: RatePolicy) => [
      packetsPerSecond - reserve.packets,
      bytesPerSecond - reserve.bytes,
    ];
    expect(usable(ratePolicies.agora)).toEqual([29, 6_000]);
    expect(usable(ratePolicies.trtc)).toEqual([29, 7_872]);
  });

  it('keeps room for a real interrupt', () => {
    const packet = encodeCommand({ name: 'interrupt' }, 'x'.repeat(12));
    expect(packet.byteLength).toBeLessThanOrEqual(INTERRUPT_BYTES);
  });
});

describe('checking a policy', () => {
  const agora = ratePolicies.agora;
  const cases: [string, Partial<RatePolicy>][] = [
    ['maxPacketBytes', { maxPacketBytes: INTERRUPT_BYTES - 1 }],
    ['maxPacketBytes', { maxPacketBytes: 500.5 }],
    ['maxPacketBytes', { maxPacketBytes: Number.NaN }],
    ['packetsPerSecond', { packetsPerSecond: 2 }],
    ['packetsPerSecond', { packetsPerSecond: 10.5 }],
    ['packetsPerSecond', { packetsPerSecond: Number.NaN }],
    ['bytesPerSecond', { bytesPerSecond: 1_024 + 143 }],
    ['bytesPerSecond', { bytesPerSecond: Number.NaN }],
    ['reserve', { reserve: { packets: 0, bytes: 144 } }],
    ['reserve', { reserve: { packets: 1, bytes: INTERRUPT_BYTES - 1 } }],
    ['reserve', { packetsPerSecond: Infinity, reserve: { packets: 1, bytes: 0 } }],
    ['maxUnsettledBytes', { maxUnsettledBytes: 1_023 }],
    ['maxUnsettledBytes', { maxUnsettledBytes: Number.NaN }],
  ];

  it.each(cases)('refuses a wrong %s: %j', (field, wrong) => {
    expect(() => checkRatePolicy({ ...agora, ...wrong })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining(`policy.${field}`),
      }),
    );
  });

  it('takes the tightest policy that can be kept, and none at all', () => {
    const tightest: RatePolicy = {
      maxPacketBytes: INTERRUPT_BYTES,
      packetsPerSecond: 3,
      bytesPerSecond: 2 * INTERRUPT_BYTES,
      reserve: { packets: 1, bytes: INTERRUPT_BYTES },
      maxUnsettledBytes: INTERRUPT_BYTES,
      source: 'this test',
    };
    expect(checkRatePolicy(tightest)).toBe(tightest);
    expect(checkRatePolicy(ratePolicies.webrtc)).toBe(ratePolicies.webrtc);
  });
});

describe('what holds for a connection', () => {
  const own = { ...ratePolicies.agora, bytesPerSecond: 5_000, source: 'a test' };

  it('takes what an adapter from outside brings before the table', () => {
    expect(ratePolicyFor('acme', own, undefined)).toEqual(own);
    expect(ratePolicyFor('agora', own, undefined).bytesPerSecond).toBe(5_000);
  });

  it('gives a provider that nobody knows the limits of the memory network', () => {
    expect(ratePolicyFor('acme', undefined, undefined)).toEqual(ratePolicies.memory);
  });

  it("puts the user's changes on top, and refuses by name what they make impossible", () => {
    expect(ratePolicyFor('agora', undefined, { packetsPerSecond: 10 })).toEqual({
      ...ratePolicies.agora,
      packetsPerSecond: 10,
    });
    expect(() => ratePolicyFor('agora', undefined, { packetsPerSecond: 2 })).toThrow(
      'policy.packetsPerSecond',
    );
  });
});
