/** Secrets that a test plants, and the search for them however they are spelt. */

import { expect } from 'vitest';

/** Shorter ones stand in a text by chance. */
const SHORTEST = 12;

/** Plain, percent-encoded, JSON-escaped, hexadecimal, and in base64 at any place of a longer text. */
export function spellingsOf(secret: string): readonly string[] {
  if (secret.length < SHORTEST) throw new Error(`too short to search for: ${secret.length} characters`);
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ secret }).toString().slice('secret='.length),
      json,
      JSON.stringify(json).slice(1, -1),
      bytes.toString('hex'),
      ...[0, 1, 2].flatMap((before) => {
        const text = Buffer.concat([Buffer.alloc(before), bytes])
          .toString('base64')
          .replace(/=+$/, '');
        // What its neighbours in the text decide as well.
        const own = text.slice(before === 0 ? 0 : before + 1, -2);
        return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
      }),
    ]),
  ];
}

/** @param where names each text, for the message */
export function expectNowhere(secrets: Iterable<string>, where: Readonly<Record<string, string>>): void {
  const found: string[] = [];
  for (const secret of secrets) {
    for (const spelling of spellingsOf(secret)) {
      for (const [name, text] of Object.entries(where)) {
        const at = text.indexOf(spelling);
        if (at >= 0) found.push(`${name}: …${text.slice(Math.max(0, at - 120), at + spelling.length)}…`);
      }
    }
  }
  expect(found.slice(0, 10)).toEqual([]);
}
