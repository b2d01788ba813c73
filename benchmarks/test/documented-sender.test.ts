import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, it } from 'vitest';
import { runDocumented } from '../src/documented-run';
import { cutAsDocumented, sendAsDocumented } from '../src/documented-sender';
import { fullestSecond, totalBytes } from '../src/sliding-windows';
import { letters } from '../src/texts';

/** Of the documents' form: `msg-` and thirteen digits. */
const MESSAGE_ID = 'msg-1700000000000';

describe('the documented sender, re-stated', () => {
  // The figures of the reference page, measured on the original.
  it.each([
    ['10,000 ASCII letters', letters(10_000), 47, 2_346],
    ['5,000 Chinese characters', '字'.repeat(5_000), 24, 2_829],
    ['2,000 emoji', '😀'.repeat(2_000), 19, 1_566],
    ['3,000 quotes', '"'.repeat(3_000), 14, 1_131],
  ])('cuts and paces %s as the original does', async (_name, text, parts, lastAt) => {
    const run = await runDocumented(text);
    expect(run.packets).toHaveLength(parts);
    expect(run.lastAt).toBe(lastAt);
  });

  it('halves each part of control characters once, and sends 28', async () => {
    const { packets } = await runDocumented('\u0001'.repeat(3_000));
    expect(packets).toHaveLength(28);
    expect(Math.round(totalBytes(packets) / 28)).toBe(728);
  });

  it('needs 14,031 bytes for 10,000 letters', async () => {
    expect(totalBytes((await runDocumented(letters(10_000))).packets)).toBe(14_031);
  });

  it('exceeds its own rate with one Chinese text, and nearly doubles it with two texts', async () => {
    expect(fullestSecond((await runDocumented('字'.repeat(5_000))).packets).bytes).toBe(6_606);
    expect(
      fullestSecond((await runDocumented(letters(10_000), letters(10_000))).packets).bytes,
    ).toBeGreaterThan(12_000);
  });

  it('cuts an emoji into halves', () => {
    const pieces = cutAsDocumented(`a${'😀'.repeat(500)}`, MESSAGE_ID);
    expect(pieces.slice(0, -1).every((piece) => /[\ud800-\udbff]$/.test(piece))).toBe(true);
  });

  it('refuses empty text and ids that leave no room', async () => {
    const options = { messageId: MESSAGE_ID, clock: createVirtualClock(), send: () => {} };
    await expect(sendAsDocumented('', options)).rejects.toThrow(RangeError);
    expect(() => cutAsDocumented('x', 'm'.repeat(1_000))).toThrow(RangeError);
  });
});
