/** Pure: what the SDK throws → {@link AvatarError}, by the vendor's codes. */

import { AvatarError, type AvatarErrorCode, type AvatarErrorOptions, isAvatarError } from '@avatarwire/core';
import { redactError } from '@avatarwire/core/adapter';

/** The SDK's window of a second and a little, from the refused call at the latest. */
const BUSY_MS = 1_050;
/** An internal code of the SDK that it throws when a message is over its rate. */
const OVER_RATE = 4_097;

type Meaning = readonly [code: AvatarErrorCode, message: string];

const EXPIRED: Meaning = ['credentials-refused', 'The userSig has expired: open a new service session.'];
const REFUSED: Meaning = ['credentials-refused', 'TRTC refused the credentials.'];
const NOT_SERVED: Meaning = ['service-refused', 'The TRTC application is not served: see its console.'];
const OVERLOADED: Meaning = ['network', 'TRTC is overloaded or has no server to give.'];
const NO_ANSWER: Meaning = ['connect-timeout', 'TRTC did not answer in time.'];
const UNREACHABLE: Meaning = ['network', 'TRTC could not be reached.'];
const BAD_ROOM: Meaning = ['invalid-credentials', 'TRTC refused credentials.room.'];
const BAD_ARGUMENT: Meaning = [
  'invalid-credentials',
  'TRTC refused a field of the credentials: see the cause.',
];
const NO_BROWSER: Meaning = ['unsupported', 'TRTC does not support this browser.'];

/** What a server says to entering, with 5400. https://web.sdk.qcloud.com/trtc/webrtc/v5/doc/en/module-ERROR_CODE.html lists them. */
const SERVER_SAYS: Readonly<Record<number, Meaning>> = {
  0: NO_ANSWER,
  5401: NOT_SERVED,
  [-8]: REFUSED,
  [-10012]: REFUSED,
  [-10015]: OVERLOADED,
  [-10016]: OVERLOADED,
  [-100006]: REFUSED,
  [-100013]: NOT_SERVED,
  [-100021]: OVERLOADED,
  [-100022]: OVERLOADED,
  [-100024]: NOT_SERVED,
  70001: EXPIRED,
  70052: EXPIRED,
};

/** 5012 and 5013 are swapped in the vendor's documents; both are about the room. */
const ROOM_CODES: ReadonlySet<number> = new Set([5012, 5013, 5015, 5016]);

export function isExpiredSignature(extraCode: number | undefined): boolean {
  return SERVER_SAYS[extraCode ?? 0] === EXPIRED;
}

/** What is ours to refuse, without a word of the SDK. */
export function failure(code: AvatarErrorCode, message: string): AvatarError {
  return new AvatarError(code, message, { provider: 'trtc' });
}

/** Why joining failed. */
export function connectError(error: unknown, userSig: string): AvatarError {
  const { code, extraCode } = codesOf(error);
  return failed(connectMeaning(code, extraCode), error, userSig);
}

function connectMeaning(code: number | undefined, extraCode: number | undefined): Meaning {
  switch (code) {
    case 5000:
      return extraCode !== undefined && ROOM_CODES.has(extraCode) ? BAD_ROOM : BAD_ARGUMENT;
    case 5200:
      return NO_BROWSER;
    case 5400:
      return SERVER_SAYS[extraCode ?? 0] ?? (isSignatureCode(extraCode) ? REFUSED : UNREACHABLE);
    default:
      return UNREACHABLE;
  }
}

/** 70001 to 70052 are about the signature. */
function isSignatureCode(extraCode: number | undefined): boolean {
  return extraCode !== undefined && extraCode >= 70_001 && extraCode <= 70_052;
}

/** @param obstacle what the SDK reported while it went on trying */
export function timeoutError(timeoutMs: number, obstacle: unknown, userSig: string): AvatarError {
  const guess = obstacle === undefined ? '' : ' A firewall or a proxy seems to be in the way.';
  const message = `The room could not be joined within ${timeoutMs} ms.${guess}`;
  return failed(['connect-timeout', message], obstacle, userSig);
}

/** Why the connection ended by itself. */
export function lostError(error: unknown, userSig: string): AvatarError {
  const expired = isExpiredSignature(codesOf(error).extraCode);
  return failed(expired ? EXPIRED : ['network', 'TRTC gave the connection up.'], error, userSig);
}

/** Why a packet was not taken. The codes are of the call alone: nothing of the packet has left. */
export function sendError(error: unknown, userSig: string): AvatarError {
  const { code, extraCode } = codesOf(error);
  if (code === OVER_RATE) {
    return failed(['service-busy', 'The SDK takes no more within this second.'], error, userSig, {
      retryAfterMs: BUSY_MS,
      serviceCode: OVER_RATE,
    });
  }
  switch (extraCode) {
    case 5018:
      return failed(['packet-too-large', 'The SDK refused the packet as too large.'], error, userSig);
    case 5101:
      return failed(['not-connected', 'The SDK is not in the room.'], error, userSig);
    case 5107:
      return failed(['unsupported', 'This role may not send.'], error, userSig);
    default:
      return failed(['network', 'The packet could not be sent.'], error, userSig);
  }
}

/** Why a track is not sent. */
export function publishError(error: unknown, userSig: string): AvatarError {
  const { code, extraCode } = codesOf(error);
  if (extraCode === 5107) return failed(['unsupported', 'This role may not publish.'], error, userSig);
  if (code === 5200) return failed(NO_BROWSER, error, userSig);
  return failed(['network', 'The track could not be published.'], error, userSig);
}

function failed(
  [code, message]: Meaning,
  error: unknown,
  userSig: string,
  more: AvatarErrorOptions = {},
): AvatarError {
  if (isAvatarError(error)) return error;
  const { code: vendorCode, extraCode } = codesOf(error);
  const serviceCode = extraCode || vendorCode;
  return new AvatarError(code, message, {
    provider: 'trtc',
    ...(serviceCode !== undefined && { serviceCode }),
    cause: redactError(error, [userSig]),
    ...more,
  });
}

/** By shape: the SDK does not export its class, and minifies its name. */
function codesOf(error: unknown): { code?: number; extraCode?: number } {
  if (typeof error !== 'object' || error === null) return {};
  const { code, extraCode } = error as { code?: unknown; extraCode?: unknown };
  return { ...(typeof code === 'number' && { code }), ...(typeof extraCode === 'number' && { extraCode }) };
}
