import { ratePolicies } from '@avatarwire/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestHandOverMs } from '../src/best-possible';

const { agora } = ratePolicies;

describe('the best possible time', () => {
  it('is nothing for what one window carries, and a window for each one more', () => {
    const frameBytes = 80;
    const carried = 6_000 - 6 * frameBytes;
    expect(bestHandOverMs({ textBytes: carried, frameBytes }, agora)).toBe(0);
    expect(bestHandOverMs({ textBytes: carried + 1, frameBytes }, agora)).toBe(1_010);
    expect(bestHandOverMs({ textBytes: 10 * carried, frameBytes }, agora)).toBe(9_090);
  });

  it('counts packets where they run out before the bytes do', () => {
    const three = { ...agora, packetsPerSecond: 4 };
    expect(bestHandOverMs({ textBytes: 3 * 944, frameBytes: 80 }, three)).toBe(0);
    expect(bestHandOverMs({ textBytes: 3 * 944 + 1, frameBytes: 80 }, three)).toBe(1_010);
  });

  it('is never beaten by windows of packets of any sizes', () => {
    const frameBytes = 80;
    const sizes = fc.array(fc.integer({ min: frameBytes, max: 1_024 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 6 }), (windows) => {
        let textBytes = 0;
        for (const window of windows) {
          let bytes = 0;
          for (const size of window.slice(0, 29)) {
            if (bytes + size > 6_000) break;
            bytes += size;
            textBytes += size - frameBytes;
          }
        }
        expect(bestHandOverMs({ textBytes, frameBytes }, agora)).toBeLessThanOrEqual(
          (windows.length - 1) * 1_010,
        );
      }),
    );
  });
});
