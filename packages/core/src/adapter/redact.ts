/** Keeps secrets out of errors: SDKs put tokens into messages, and servers repeat them in their answers. */

/** A JSON web token, also one that the server sent later. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** What must not be read: the text itself, or a global expression that finds it. */
export type Secret = string | RegExp;

export function redact(text: string, secrets: readonly Secret[]): string {
  const known = secrets.filter((secret) => secret !== '');
  return known
    .reduce<string>((clean, secret) => clean.replaceAll(secret, '[redacted]'), text)
    .replace(JWT, '[redacted]');
}

const MAX_DEPTH = 5;

/**
 * The error as it is, or a copy without `secrets` and without web tokens: in its message, its stack, its other fields
 * and what caused it.
 */
export function redactError(error: unknown, secrets: readonly Secret[], depth = 0): unknown {
  if (typeof error === 'string') return redact(error, secrets);
  const isError = error instanceof Error;
  if (!isError && !isPlain(error) && !Array.isArray(error)) return error;
  // An error may be its own cause.
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(error)) {
    const items = error.map((item: unknown) => redactError(item, secrets, depth + 1));
    return items.every((item, index) => item === error[index]) ? error : items;
  }
  // The message of a `DOMException` is no property of its own.
  const names = new Set([...(isError ? ['message'] : []), ...Object.getOwnPropertyNames(error)]);
  const own = [...names].map((name) => [name, Reflect.get(error, name)] as const);
  const clean = own.map(([name, value]) => [name, redactError(value, secrets, depth + 1)] as const);
  if (clean.every(([, value], index) => value === own[index]?.[1])) return error;
  const copy = Object.fromEntries(clean);
  return isError ? Object.assign(new Error(), { name: error.name }, copy) : copy;
}

/** Vendors hang the answer of their server on the error, as an object. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype;
}
