import { AvatarError } from '@avatarwire/core';
import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  importJWK,
  importSPKI,
  type JWTVerifyGetKey,
} from 'jose';
import type { CheckedJwtOptions } from './options';

/** No key set of a login is anywhere near this. */
const MAX_KEY_SET_BYTES = 256 * 1_024;

/** Asked after the algorithm of a token was found to be one of those that are allowed. */
export function keysOf(options: CheckedJwtOptions): JWTVerifyGetKey {
  const { source } = options;
  if ('secret' in source) {
    // Imported once: jose would do so for each token.
    return fromImport(options.algorithms, (name) => importSecret(source.secret, name));
  }
  if ('url' in source) return fromAddress(source.url, options);
  const { key } = source;
  if (typeof key === 'string') return fromImport(options.algorithms, (name) => importSPKI(key, name));
  if ('kty' in key) return fromImport(options.algorithms, (name) => importJWK(key, name));
  return async () => key;
}

function importSecret(secret: Uint8Array, algorithm: string): Promise<CryptoKey> {
  const hmac = { name: 'HMAC', hash: `SHA-${algorithm.slice('HS'.length)}` };
  return crypto.subtle.importKey('raw', secret.slice(), hmac, false, ['verify']);
}

/** A key is for some algorithms only. For none of those that are allowed: that is no token's fault. */
function fromImport(
  algorithms: readonly string[],
  load: (algorithm: string) => Promise<CryptoKey | Uint8Array>,
): JWTVerifyGetKey {
  let loading: Promise<ReadonlyMap<string, CryptoKey | Uint8Array>> | undefined;
  const loadAll = async () => {
    const tried = await Promise.allSettled(algorithms.map(async (name) => [name, await load(name)] as const));
    return new Map(tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
  };
  return async ({ alg }) => {
    loading ??= loadAll();
    const usable = await loading;
    if (usable.size === 0)
      throw new AvatarError('invalid-credentials', 'options.key fits none of options.algorithms.');
    const key = usable.get(alg);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  };
}

/** What a key set lacks is the token's fault; that there is no key set is not. */
function fromAddress(url: URL, options: CheckedJwtOptions): JWTVerifyGetKey {
  const keySet = createRemoteJWKSet(url, {
    timeoutDuration: options.jwksTimeoutMs,
    cacheMaxAge: options.jwksMaxAgeMs,
    [customFetch]: async (address, init) => bounded(await options.fetch(address, init)),
  });
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys)
        throw cause;
      throw new AvatarError('network', 'The key set of the login could not be read.', { cause });
    }
  };
}

async function bounded(response: Response): Promise<Response> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_KEY_SET_BYTES) throw new Error(`The key set is above ${MAX_KEY_SET_BYTES} bytes.`);
    pieces.push(piece);
  }
  return new Response(pieces.length === 0 ? null : new Blob(pieces), { status: response.status });
}
