/** What is said. Every text begins with its own number, so that none is like another. */

import { mixedText } from '@avatarwire/tooling/delivery';

let last = 0;

export function textOf(bytes: number): string {
  last += 1;
  return `${last}. ${mixedText(bytes, last)}`;
}

/** What the avatar answers: another answer to every question, and always the same. */
export function answerTo(question: string): string {
  const seed = [...question].reduce(
    (sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003,
    7,
  );
  return `Answer ${seed}. ${mixedText(1_000, seed)}`;
}
