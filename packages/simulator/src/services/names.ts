import type { Random } from '../random';

const HEX = '0123456789abcdef';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function pick(random: Random, letters: string, length: number): string {
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
}

export function hex(random: Random, length: number): string {
  return pick(random, HEX, length);
}

/** Letters and digits, as in tokens. */
export function alphanumeric(random: Random, length: number): string {
  return pick(random, LETTERS, length);
}

export function uuid(random: Random): string {
  const digits = hex(random, 30);
  const variant = '89ab'[Math.floor(random() * 4)];
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(12, 15)}`,
    `${variant}${digits.slice(15, 18)}`,
    digits.slice(18),
  ].join('-');
}

/** A whole number of exactly so many digits. */
export function digits(random: Random, length: number): number {
  return 10 ** (length - 1) + Math.floor(random() * 9 * 10 ** (length - 1));
}
