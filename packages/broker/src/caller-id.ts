/** 1 to 256 characters, without control characters and halves of characters: it stands in logs and in keys. */
const CALLER_ID = /^[^\p{C}\p{Zl}\p{Zp}]{1,256}$/u;

export function isCallerId(value: unknown): value is string {
  return typeof value === 'string' && CALLER_ID.test(value);
}
