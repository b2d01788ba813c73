/** What may stand in a log. */

const HIDDEN = '[redacted]';

/** Names of fields whose value is never written, whatever is in it. */
const SECRET_NAME =
  /authorization|cookie|password|passwd|secret|token$|api[-_]?key|^key$|credential|usersig|signature|private|^sdp$|^offer$/i;

/** A web token; the word after `Bearer` or `Basic`; the login in an address. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/\b(bearer|basic)\s+\S+/gi, `$1 ${HIDDEN}`],
  [/\/\/[^\s/@]+@/g, `//${HIDDEN}@`],
];

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;
const MAX_CHARACTERS = 8_192;
/** Shorter ones would hide words that mean nothing. */
const SHORTEST_SECRET = 6;

export interface Redaction {
  text(text: string): string;
  fields(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

export function createRedaction(secrets: readonly string[]): Redaction {
  const spellings = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    // So that a secret which holds another one goes as a whole.
    .sort((a, b) => b.length - a.length);

  const text = (given: string): string => {
    const known = spellings.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), given);
    return SECRET_TEXT.reduce((clean, [found, instead]) => clean.replace(found, instead), known).slice(
      0,
      MAX_CHARACTERS,
    );
  };

  const fields = (given: object, depth = 0): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(given)
        .slice(0, MAX_ITEMS)
        .map(([name, value]) => [text(name), SECRET_NAME.test(name) ? HIDDEN : clean(value, depth + 1)]),
    );

  const clean = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return text(String(value));
    // As a field of ours it would be called: `toJSON`.
    if (typeof value === 'function') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return '…';
    if (value instanceof Error) return ofError(value, depth);
    if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => clean(item, depth + 1));
    if (value instanceof URL || value instanceof Date) return text(String(value));
    return fields(value, depth);
  };

  // Name, message, stack and cause are no fields that `Object.entries` shows.
  const ofError = (error: Error, depth: number): Record<string, unknown> => ({
    ...fields(error, depth),
    name: clean(error.name, depth + 1),
    // Whatever somebody put there: not always a text.
    message: clean(error.message, depth + 1),
    ...(error.stack !== undefined && { stack: clean(error.stack, depth + 1) }),
    ...(error.cause !== undefined && { cause: clean(error.cause, depth + 1) }),
  });

  return { text, fields: (given) => fields(given) };
}
