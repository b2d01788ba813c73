/** AKOOL's response codes: from its REST calls and from the acknowledgement of a command. */

import type { AvatarErrorCode } from '../errors';

/** In our words, short enough to stand in an error message. Source: AKOOL, error code pages, 2025. */
const MEANINGS: Readonly<Record<number, string>> = {
  1000: 'success',
  1003: 'a parameter is wrong or empty',
  1004: 'verification is needed',
  1005: 'too many requests',
  1006: 'the quota is too low',
  1007: 'the number of faces does not match',
  1008: 'the content was not found',
  1009: 'permission is missing',
  1010: 'this cannot be operated on',
  1011: 'this was done already',
  1013: 'the audio must come from the video',
  1014: 'the resource is missing',
  1015: 'the video is still processing',
  1016: 'face swap failed',
  1017: 'the audio was not created',
  1101: 'the key or token is wrong or expired',
  1102: 'the key or token is missing',
  1103: 'a payment is overdue',
  1104: 'the credit is too low',
  1105: 'the avatar is still processing',
  1108: 'the image is still processing',
  1109: 'the account does not exist',
  1110: 'the audio is still processing',
  1111: 'the avatar callback is still processing',
  1112: 'the voice is still processing',
  1200: 'the account is banned',
  1201: 'creating the audio failed',
  1202: 'this video was translated to this language already',
  1203: 'the video has no audio',
  1204: 'the video is longer than 60 seconds',
  1205: 'creating the video failed',
  1206: 'changing the background failed',
  1207: 'the file is larger than 300 MB',
  1208: 'the video cannot be read',
  1209: 'the encoding is not supported',
  1210: 'the video has more than 60 frames a second',
  1211: 'lip synchronisation failed',
  1212: 'analysing the sentiment failed',
  1213: 'a subscription is needed',
  1214: 'the live avatar is still processing',
  1215: 'the live avatar is busy',
  1216: 'the session does not exist',
  1217: 'the callback failed',
  1218: 'processing failed',
  1219: 'the live avatar was closed',
  1220: 'uploading the avatar failed',
  1221: 'the account has no subscription',
  1222: 'the resource exists already',
  1223: 'the upload is too large',
};

const CLASSES: Readonly<Record<number, AvatarErrorCode>> = {
  1005: 'service-busy',
  1101: 'credentials-refused',
  1102: 'credentials-refused',
  1201: 'service-busy',
  1205: 'service-busy',
  1211: 'service-busy',
  1214: 'service-busy',
  1215: 'service-busy',
  1216: 'session-gone',
  1219: 'session-gone',
};

/** What AKOOL's response code says, in a few English words; undefined for a code that it does not document. */
export function serviceCodeMeaning(code: number): string | undefined {
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
}

/** The class of error that a caller should see for a code that is not success. */
export function serviceCodeClass(code: number): AvatarErrorCode {
  return (Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined) ?? 'service-refused';
}
