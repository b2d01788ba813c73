import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'avatar';
export const NOW_MS = 1_800_000_000_000;

/** Its wall clock stands still. */
export const clock = { now: () => 0, wallNow: () => NOW_MS, schedule: () => () => {} };

export const now = NOW_MS / 1_000;
export const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ann', exp: now + 60 } satisfies JWTPayload;

export function signed(
  key: Parameters<SignJWT['sign']>[0],
  payload: JWTPayload = claims,
  header: { alg: string; [name: string]: unknown } = { alg: 'RS256' },
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}

export async function keyPair(algorithm = 'RS256') {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { publicKey, privateKey, pem: await exportSPKI(publicKey), jwk: await exportJWK(publicKey) };
}

export function asking(...authorization: string[]): Request {
  const headers = new Headers();
  for (const value of authorization) headers.append('authorization', value);
  return new Request('http://127.0.0.1/api/avatar/sessions', { method: 'POST', headers });
}

/** Signed by nobody: as an attacker writes it. */
export function unsigned(header: object, payload: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}
