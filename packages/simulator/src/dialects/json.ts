/** JSON in packets, read without mercy. */

export type JsonObject = { readonly [key: string]: unknown };

// A byte order mark is no part of JSON, so it is kept and then refused.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function readObject(
  bytes: Uint8Array,
): { readonly object: JsonObject } | { readonly problem: string } {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { problem: 'The packet is not UTF-8.' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'The packet is not one JSON value.' };
  }
  return isObject(value) ? { object: value } : { problem: 'The frame is not a JSON object.' };
}

export function writeObject(object: JsonObject): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(object));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nothing that the table only inherits. */
export function ownOf<T>(table: Readonly<Record<string, T>> | undefined, key: unknown): T | undefined {
  return table && typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** With the `u` flag a lone half is a code point of its own, and a pair is not. */
export function hasHalfCharacter(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

export function unknownKeys(
  object: JsonObject,
  known: readonly string[],
  prefix: string,
  problems: string[],
): void {
  for (const key of Object.keys(object))
    if (!known.includes(key)) problems.push(`${prefix}${key} is not documented.`);
}
