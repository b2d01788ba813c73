/** AKOOL's response codes: the class of error of each, and what to do. Their meanings are core's. */

import { type AvatarError, type AvatarErrorCode, serviceCodeMeaning } from '@avatarwire/core';
import type { CodeRow } from '../http/dialect';

export const SUCCESS = 1000;

/** The token is wrong or has expired: it is fetched anew, once. */
export const TOKEN_REFUSED = 1101;

/** Refused a second time: what was asked for had been done before. */
export const DONE_ALREADY = 1011;

const AGAIN_LATER = 'Try again later.';
const MEND = 'Mend the request.';
const ACCOUNT = "Look at the account on AKOOL's site.";

/** Every documented code. Source: AKOOL, error code pages, 2025; the classes are those of core's `parseAkoolSession`. */
const ROWS: Readonly<Record<number, readonly [AvatarErrorCode, string?]>> = {
  1003: ['service-refused', MEND],
  1004: ['service-refused', ACCOUNT],
  1005: ['service-busy', AGAIN_LATER],
  1006: ['service-refused', ACCOUNT],
  1007: ['service-refused'],
  1008: ['service-refused', 'Check the ids in the request.'],
  1009: ['service-refused', ACCOUNT],
  1010: ['service-refused'],
  1011: ['service-refused'],
  1013: ['service-refused'],
  1014: ['service-refused', 'Check the ids in the request.'],
  1015: ['service-refused', AGAIN_LATER],
  1016: ['service-refused'],
  1017: ['service-refused'],
  1101: ['credentials-refused', 'Check the key, or clientId and clientSecret.'],
  1102: ['credentials-refused', 'Check the key, or clientId and clientSecret.'],
  1103: ['service-refused', ACCOUNT],
  1104: ['service-refused', 'Add credit to the account.'],
  1105: ['service-refused', AGAIN_LATER],
  1108: ['service-refused', AGAIN_LATER],
  1109: ['service-refused', ACCOUNT],
  1110: ['service-refused', AGAIN_LATER],
  1111: ['service-refused', AGAIN_LATER],
  1112: ['service-refused', AGAIN_LATER],
  1200: ['service-refused', ACCOUNT],
  1201: ['service-busy', AGAIN_LATER],
  1202: ['service-refused'],
  1203: ['service-refused', 'Use a video with sound.'],
  1204: ['service-refused', 'Use a shorter video.'],
  1205: ['service-busy', AGAIN_LATER],
  1206: ['service-refused', 'Check the address of the background.'],
  1207: ['service-refused', 'Use a smaller file.'],
  1208: ['service-refused', 'Use another video.'],
  1209: ['service-refused', 'Use another encoding.'],
  1210: ['service-refused', 'Use at most 60 frames a second.'],
  1211: ['service-busy', AGAIN_LATER],
  1212: ['service-refused'],
  1213: ['service-refused', ACCOUNT],
  1214: ['service-busy', AGAIN_LATER],
  1215: ['service-busy', AGAIN_LATER],
  1216: ['session-gone', 'Open a new one.'],
  1217: ['service-refused'],
  1218: ['service-refused'],
  1219: ['session-gone', 'Open a new one.'],
  1220: ['service-refused', 'Check the video.'],
  1221: ['service-refused', ACCOUNT],
  1222: ['service-refused', 'Use another id.'],
  1223: ['service-refused', 'Use a smaller file.'],
};

export const AKOOL_CODES: Readonly<Record<string, CodeRow>> = Object.freeze(
  Object.fromEntries(
    Object.entries(ROWS).map(([code, [error, advice]]) => [
      code,
      {
        error,
        meaning: serviceCodeMeaning(Number(code)) ?? 'a code without a meaning',
        ...(advice !== undefined && { advice }),
      },
    ]),
  ),
);

/** Whether what was asked for does not exist: the content (1008), the resource (1014), or the page. */
export function isNone({ serviceCode }: AvatarError): boolean {
  return serviceCode === 1008 || serviceCode === 1014 || serviceCode === 404;
}
