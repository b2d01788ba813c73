/** What the SDK looks at before it does anything: the same values, with the same codes. */

import { AgoraRTCException } from './agora-error';
import type { AgoraClientConfig, AgoraRole, AgoraRoleOptions } from './agora-types';

const CHANNEL = /^[a-zA-Z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~,]{1,64}$/;
const MAX_TEXT = 2_047;
const MAX_STRING_UID = 255;
const MAX_UID = 2 ** 32 - 1;

export const MAX_MESSAGE_BYTES = 1_024;

export function invalid(message: string): AgoraRTCException {
  return new AgoraRTCException('INVALID_PARAMS', message);
}

/** Called ASCII in the SDK's messages; letters up to U+00FF pass. */
function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length <= longest && /^[\0-\xff]+$/.test(value);
}

/** The order is the SDK's: token, app id, channel, uid. Any falsy uid asks for one from the network. */
export function checkJoin(appId: unknown, channel: unknown, token: unknown, uid: unknown): void {
  // No error of the SDK's: it takes the text apart before it looks.
  if (typeof appId !== 'string') throw new TypeError('the app id is no text');
  if (!token && token !== null) throw invalid('a token, or null');
  if (token !== null && !isText(token, MAX_TEXT)) throw invalid('the token has 1 to 2047 ASCII characters');
  if (!isText(appId, MAX_TEXT)) throw invalid('the app id has 1 to 2047 ASCII characters');
  if (typeof channel !== 'string' || !CHANNEL.test(channel))
    throw invalid('the channel has 1 to 64 of the characters listed');
  if (!uid) return;
  const isNumber = typeof uid === 'number' && Number.isInteger(uid) && uid >= 0 && uid <= MAX_UID;
  if (!isNumber && !isText(uid, MAX_STRING_UID))
    throw invalid('the uid is a 32-bit number or 1 to 255 ASCII characters');
}

export function checkToken(token: unknown): void {
  if (!isText(token, MAX_TEXT)) throw invalid('the token has 1 to 2047 ASCII characters');
}

export function checkRole(role: AgoraRole, options: AgoraRoleOptions | undefined): void {
  if (role !== 'host' && role !== 'audience') throw invalid('the role is host or audience');
  if (options?.level !== undefined && ![1, 2, 3].includes(options.level))
    throw invalid('the level is 1, 2 or 3');
}

export function checkConfig(config: AgoraClientConfig): void {
  if (!['rtc', 'live', 'p2p'].includes(config.mode)) throw invalid('the mode is rtc or live');
  if (!['vp8', 'vp9', 'av1', 'h264', 'h265'].includes(config.codec))
    throw invalid('the codec is one of the listed');
}

/**
 * The bytes of a message. What is neither text nor a `Uint8Array`, nor an object that holds one, fails as the SDK's
 * own code does: with a raw `TypeError`, not with one of its errors.
 */
export function messageBytes(message: unknown): Uint8Array<ArrayBuffer> {
  const wrapped =
    typeof message === 'string' || message instanceof Uint8Array ? { payload: message } : message;
  const { payload } = wrapped as { readonly payload?: unknown };
  if (typeof payload === 'string') return checkSize(new TextEncoder().encode(payload));
  if (payload instanceof Uint8Array) return checkSize(payload.slice());
  throw new TypeError('the payload is neither text nor a Uint8Array');
}

function checkSize(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength > MAX_MESSAGE_BYTES) throw invalid('stream message out of range.');
  return bytes;
}

export function checkKind(track: MediaStreamTrack, kind: 'audio' | 'video'): MediaStreamTrack {
  if (track.kind !== kind) throw invalid(`mediaStreamTrack is a track of the kind ${kind}`);
  return track;
}
