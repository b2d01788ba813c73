import { seededRandom } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { excessOf, flatnessOf, type Growth, type Sample } from '../../src/soak/flatness';

const NOISE_BYTES = 100_000;
const random = seededRandom(7);
const noise = () => (random() - 0.5) * 2 * NOISE_BYTES;

/** A heap of 12 MB that warms up over the first half of a run. */
function heap(messages: number, bytesPerMessage: number): readonly Sample[] {
  return Array.from({ length: 30 }, (_, index) => {
    const done = ((index + 1) * messages) / 30;
    const warm = Math.min(1, done / (messages / 2)) * 2_000_000;
    return { done, bytes: 12_000_000 + warm + noise() + done * bytesPerMessage };
  });
}

function batches(leak: number): readonly Growth[] {
  const sdk = () => 50 * 21_000 + noise();
  return Array.from({ length: 20 }, () => ({ sessions: 50, more: sdk() + 50 * leak, bareMore: sdk() }));
}

describe('the criterion of the soak', () => {
  test('a heap that warms up and then moves by 100 kB is flat', () => {
    expect(flatnessOf(heap(500_000, 0)).flat).toBe(true);
  });

  test('a pointer kept of each of half a million messages is found', () => {
    const { flat, slope } = flatnessOf(heap(500_000, 8));
    expect(flat).toBe(false);
    expect(slope).toBeCloseTo(8_000, -3);
  });

  test('a kilobyte kept of each of four thousand messages is found', () => {
    expect(flatnessOf(heap(4_000, 1_024)).flat).toBe(false);
  });

  test('a heap that only noise makes look flat does not pass', () => {
    const wild = heap(500_000, 0).map(({ done }, index) => ({
      done,
      bytes: index % 2 === 0 ? 0 : 20_000_000,
    }));
    expect(flatnessOf(wild).flat).toBe(false);
  });

  test('too few samples are refused', () => {
    expect(() => flatnessOf(heap(1_000, 0).slice(0, 8))).toThrow('8 samples say nothing; 10 are needed.');
  });

  test('what an SDK leaks by itself is not held against sessions, and what they leak beside it is', () => {
    expect(excessOf(batches(0), 5_000).flat).toBe(true);
    expect(excessOf(batches(8_000), 5_000)).toMatchObject({ flat: false });
  });
});
