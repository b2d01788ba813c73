/**
 * A `userSig`, signed here so that every run has users of its own.
 *
 * Source: Tencent, "UserSig" (TLSSigAPIv2): a signature over four lines, as JSON, deflated, in a base64 for URLs.
 */

import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';

export interface UserSigOptions {
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly userId: string;
  readonly lifetimeSeconds: number;
  /** Seconds since 1970. @default now */
  readonly issuedAt?: number;
}

const URL_SAFE: Readonly<Record<string, string>> = { '+': '*', '/': '-', '=': '_' };

export function trtcUserSig(options: UserSigOptions): string {
  const { sdkAppId, secretKey, userId, lifetimeSeconds } = options;
  const claims = {
    'TLS.identifier': userId,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': options.issuedAt ?? Math.floor(Date.now() / 1_000),
    'TLS.expire': lifetimeSeconds,
  };
  const signed = Object.entries(claims).map(([name, value]) => `${name}:${value}\n`);
  const signature = createHmac('sha256', secretKey).update(signed.join('')).digest('base64');
  const document = JSON.stringify({ 'TLS.ver': '2.0', ...claims, 'TLS.sig': signature });
  return deflateSync(document)
    .toString('base64')
    .replace(/[+/=]/g, (character) => URL_SAFE[character] ?? character);
}
