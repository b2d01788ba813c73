/** The secrets of one server half: what must stand in no error and in no line of a log. */

import { redact, redactError } from '@avatarwire/core/adapter';

/** Old ones stay known for a while: a late answer may still repeat them. */
const KEPT = 64;

/** Long words, and shorter ones of letters and digits mixed. */
const SECRETIVE = /\S{16,}|(?=\S*\d)(?=\S*\p{L})\S{8,}/gu;

export class Secrets {
  readonly #known: string[] = [];

  add(secret: string): void {
    const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    for (const spelling of new Set(spellings)) {
      if (spelling !== '' && !this.#known.includes(spelling)) this.#known.push(spelling);
    }
    // The first ones are the keys that it was made with.
    if (this.#known.length > KEPT) this.#known.splice(KEPT / 2, this.#known.length - KEPT);
  }

  text(text: string): string {
    return redact(text, this.#known);
  }

  error(error: unknown): unknown {
    return redactError(error, this.#known);
  }

  /** A service's own words: short, and without anything that looks like a key or a token, known or not. */
  said(words: string): string {
    return this.text(words.slice(0, 10_000))
      .replace(SECRETIVE, '…')
      .replace(/\s+/gu, ' ')
      .slice(0, 200)
      .trim();
  }
}
