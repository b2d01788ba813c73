/** Names of sessions: 128 random bits, as base64url. */

const BYTES = 16;
const SHAPE = /^[A-Za-z0-9_-]{22}$/;

export function newSessionId(randomBytes: (count: number) => Uint8Array): string {
  return base64url(randomBytes(BYTES));
}

/** Whether it can be one of ours at all: no store is asked for what cannot. */
export function isSessionId(id: string): boolean {
  return SHAPE.test(id);
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
