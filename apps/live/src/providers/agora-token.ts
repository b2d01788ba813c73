/**
 * A token of Agora's form 007, signed here so that every run has channels of its own.
 *
 * Source: Agora, "AccessToken2", whose published test vector is ours too.
 */

import { createHmac, randomInt } from 'node:crypto';
import { deflateSync } from 'node:zlib';

export interface AgoraTokenOptions {
  readonly appId: string;
  readonly appCertificate: string;
  readonly channel: string;
  readonly uid: string;
  readonly lifetimeSeconds: number;
  /** @default join, and publish audio, video and data */
  readonly privileges?: readonly number[];
  /** Seconds since 1970. @default now */
  readonly issuedAt?: number;
  /** @default random */
  readonly salt?: number;
}

const RTC_SERVICE = 1;
const JOIN_AND_PUBLISH = [1, 2, 3, 4];

export function agoraToken(options: AgoraTokenOptions): string {
  const { appId, appCertificate, channel, uid, lifetimeSeconds, privileges = JOIN_AND_PUBLISH } = options;
  const issuedAt = options.issuedAt ?? Math.floor(Date.now() / 1_000);
  const salt = options.salt ?? randomInt(1, 100_000_000);
  const key = hmac(uint32(salt), hmac(uint32(issuedAt), appCertificate));
  const claims = Buffer.concat([
    counted(appId),
    uint32(issuedAt),
    uint32(lifetimeSeconds),
    uint32(salt),
    uint16(1),
    uint16(RTC_SERVICE),
    uint16(privileges.length),
    ...privileges.flatMap((privilege) => [uint16(privilege), uint32(lifetimeSeconds)]),
    counted(channel),
    counted(uid),
  ]);
  return `007${deflateSync(Buffer.concat([counted(hmac(key, claims)), claims])).toString('base64')}`;
}

function hmac(key: Buffer, message: Buffer | string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function counted(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
