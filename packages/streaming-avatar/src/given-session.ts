/** What a page starts a session with: the service's own answer, or connection details, and the page's wishes in it. */

import {
  AvatarError,
  type AvatarMode,
  type AvatarParams,
  type ConnectionDetails,
  parseAkoolSession,
} from '@avatarwire/core';

/** Beside the service's fields, or beside its `data`. */
export interface SessionWishes {
  readonly voiceId?: string;
  /** A code of the service's list. */
  readonly language?: string;
  /** `Repeat`, or 1: the avatar says what it is sent. @default it answers, as in the documented class */
  readonly modeType?: string | number;
}

/** What AKOOL's "create session" answered, whole or its `data`, in every documented spelling. */
export interface CreateSessionAnswer {
  readonly _id?: string;
  readonly credentials?: object;
  /** In seconds. The service does not answer with it: without it nothing is known of the end. */
  readonly duration?: number;
  readonly [field: string]: unknown;
}

/** The service's answer, or connection details of any provider. */
export type StreamingSession = SessionWishes & (CreateSessionAnswer | ConnectionDetails);

export interface Wishes {
  readonly mode: AvatarMode;
  /** To be applied once the avatar is there. */
  readonly params: AvatarParams;
}

/** @throws AvatarError `invalid-credentials`, naming the field; or what the service's refusal says */
export function detailsOf(session: unknown): ConnectionDetails {
  return isDetails(session) ? session : parseAkoolSession(session);
}

/** @throws AvatarError `invalid-argument`, naming the field */
export function wishesOf(session: unknown): Wishes {
  const { voiceId, language, modeType } = fieldsOf(session);
  const mode = modeType === 'Repeat' || Number(modeType) === 1 ? 'retelling' : 'dialogue';
  return {
    mode,
    params: {
      mode,
      ...(isGiven('language', language) && { language }),
      ...(isGiven('voiceId', voiceId) && { voice: { id: voiceId } }),
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(session: unknown): Fields {
  if (!isObject(session)) return {};
  return isObject(session['data']) ? { ...session['data'], ...session } : session;
}

function isGiven(field: string, value: unknown): value is string {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value === 'string') return true;
  throw new AvatarError('invalid-argument', `session.${field} must be a string, where it is given.`);
}

/** No service of the documented class calls anything `provider`. */
function isDetails(session: unknown): session is ConnectionDetails {
  return isObject(session) && typeof session['provider'] === 'string';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
