import { AvatarError, type Clock, systemClock } from '@avatarwire/core';
import type { CryptoKey, JWK } from 'jose';
import { isLoopback } from '../loopback';

/** With a shared secret: anybody who can check such a token can also make one. */
export const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
export const KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type JwtAlgorithm = (typeof SECRET_ALGORITHMS)[number] | (typeof KEY_ALGORITHMS)[number];

/** Exactly one of `key`, `secret` and `jwksUrl`. */
export interface JwtOptions {
  /** What `iss` has to be. */
  readonly issuer: string;
  /** What `aud` has to be, or one of what it has to hold. */
  readonly audience: string | readonly string[];
  /** The public key: PEM (SPKI), a JWK, or an imported one. */
  readonly key?: string | JWK | CryptoKey;
  /** Shared with who makes the tokens. At least 32 bytes, 48 with HS384, 64 with HS512; text counts in UTF-8. */
  readonly secret?: string | Uint8Array;
  /** Where the public keys are: `https:`, or `http:` on a loopback address. */
  readonly jwksUrl?: string | URL;
  /**
   * Others are not looked at, and `none` cannot be had.
   * @default HS256 with `secret`, else RS256, PS256, ES256 and EdDSA
   */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** The claim that names the caller: a text of 1 to 256 characters. @default 'sub' */
  readonly callerClaim?: string;
  /** How far the clocks may be apart, in seconds, at most 300. @default 5 */
  readonly clockToleranceSeconds?: number;
  /**
   * Where the token is. In `authorization` it stands behind `Bearer`; in any other header alone, as gateways hand it
   * on. @default 'authorization'
   */
  readonly header?: string;
  /** Of one request for the key set, in milliseconds. @default 5000 */
  readonly jwksTimeoutMs?: number;
  /** For how long a key set is used before it is read again, in milliseconds. @default 600000 */
  readonly jwksMaxAgeMs?: number;
  /** For the key set. @default the platform's */
  readonly fetch?: typeof fetch;
  /** @default the machine's */
  readonly clock?: Clock;
}

export type KeySource =
  | { readonly secret: Uint8Array }
  | { readonly key: string | JWK | CryptoKey }
  | { readonly url: URL };

export interface CheckedJwtOptions {
  readonly source: KeySource;
  readonly issuer: string;
  readonly audience: string[];
  readonly algorithms: JwtAlgorithm[];
  readonly callerClaim: string;
  readonly clockToleranceSeconds: number;
  readonly header: string;
  readonly jwksTimeoutMs: number;
  readonly jwksMaxAgeMs: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** @throws AvatarError `invalid-argument`, naming the option and never its value */
export function checkJwtOptions(options: JwtOptions): CheckedJwtOptions {
  const { callerClaim = 'sub', header = 'authorization', clock = systemClock } = options;
  const audience = typeof options.audience === 'string' ? [options.audience] : [...options.audience];
  if (!isText(options.issuer)) throw invalid('issuer', 'a text of 1 to 2048 characters');
  if (audience.length === 0 || !audience.every(isText))
    throw invalid('audience', 'a text of 1 to 2048 characters, or a list of such');
  if (!isText(callerClaim)) throw invalid('callerClaim', 'the name of a claim');
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(header)) throw invalid('header', 'the name of a header');
  const algorithms = algorithmsOf(options);
  return {
    source: sourceOf(options, algorithms),
    issuer: options.issuer,
    audience,
    algorithms,
    callerClaim,
    clockToleranceSeconds: amountOf('clockToleranceSeconds', options.clockToleranceSeconds ?? 5, 0, 300),
    header: header.toLowerCase(),
    jwksTimeoutMs: amountOf('jwksTimeoutMs', options.jwksTimeoutMs ?? 5_000, 1, 60_000),
    jwksMaxAgeMs: amountOf('jwksMaxAgeMs', options.jwksMaxAgeMs ?? 600_000, 0, 86_400_000),
    // Looked up at each call: instrumentation replaces the global one later.
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    clock,
  };
}

/** A key that is public must never be taken for a secret: the two families do not mix. */
function algorithmsOf({ secret, algorithms }: JwtOptions): JwtAlgorithm[] {
  const family: readonly JwtAlgorithm[] = secret === undefined ? KEY_ALGORITHMS : SECRET_ALGORITHMS;
  const wanted: readonly JwtAlgorithm[] =
    algorithms ?? (secret === undefined ? ['RS256', 'PS256', 'ES256', 'EdDSA'] : ['HS256']);
  if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every((each) => family.includes(each)))
    throw invalid('algorithms', `a list of: ${family.join(', ')}`);
  return [...wanted];
}

function sourceOf({ key, secret, jwksUrl }: JwtOptions, algorithms: readonly JwtAlgorithm[]): KeySource {
  if ([key, secret, jwksUrl].filter((each) => each !== undefined).length !== 1)
    throw new AvatarError('invalid-argument', 'Give exactly one of options.key, secret and jwksUrl.');
  if (secret !== undefined) return { secret: secretOf(secret, algorithms) };
  if (jwksUrl !== undefined) return { url: urlOf(jwksUrl) };
  if (typeof key !== 'string') return { key: publicKey(key) };
  if (!/^\s*-----BEGIN PUBLIC KEY-----[\sA-Za-z0-9+/=]{1,16384}-----END PUBLIC KEY-----\s*$/.test(key))
    throw invalid('key', 'a public key: PEM (SPKI, "BEGIN PUBLIC KEY"), a JWK, or an imported one');
  return { key };
}

function secretOf(secret: string | Uint8Array, algorithms: readonly JwtAlgorithm[]): Uint8Array {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  const least = Math.max(...algorithms.map((name) => Number(name.slice(2)) / 8));
  if (bytes instanceof Uint8Array && bytes.length >= least) return bytes;
  throw invalid('secret', `at least ${least} bytes long`);
}

function publicKey(key: JWK | CryptoKey | undefined): JWK | CryptoKey {
  const isJwk = typeof key === 'object' && key !== null && 'kty' in key;
  if (isJwk && ['RSA', 'EC', 'OKP'].includes(String(key.kty)) && !('d' in key)) return key;
  if (typeof CryptoKey === 'function' && key instanceof CryptoKey && key.type === 'public') return key;
  throw invalid('key', 'a public key: PEM (SPKI, "BEGIN PUBLIC KEY"), a JWK, or an imported one');
}

function urlOf(value: string | URL): URL {
  const url = URL.canParse(String(value)) ? new URL(value) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url && safe && url.username === '' && url.password === '') return url;
  throw invalid('jwksUrl', 'an https: address without a login in it, or http: on a loopback address');
}

function amountOf(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(name, `a number from ${least} to ${most}`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 2_048;
}

function invalid(name: string, what: string): AvatarError {
  return new AvatarError('invalid-argument', `options.${name} has to be ${what}.`);
}
