/**
 * Texts that the avatar was told to say. Whether A2E sends them back as `QA` is documented nowhere; one that comes back
 * word for word answers no question.
 */

const MOST_REMEMBERED = 8;

export interface Echoes {
  /** `text` was handed over to be said. */
  said(text: string): void;
  /** Whether `text` is one of the last; each is known once. */
  take(text: string): boolean;
}

export function createEchoes(): Echoes {
  const spoken: string[] = [];
  return {
    said(text) {
      spoken.push(text.trim());
      if (spoken.length > MOST_REMEMBERED) spoken.shift();
    },
    take(text) {
      const at = spoken.indexOf(text.trim());
      if (at >= 0) spoken.splice(at, 1);
      return at >= 0;
    },
  };
}
