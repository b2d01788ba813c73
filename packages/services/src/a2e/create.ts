/** A2E's "get a room", as our request, and its answer as connection details. */

import type { Clock, ConnectionDetails } from '@avatarwire/core';
import * as v from 'valibot';
import { maybeNumber, maybeText, text } from '../http/answers';
import type { RequestTable } from '../request/map-request';

const ROOM_HAS_NONE = 'an A2E room takes none; it is the avatar that has it.';

/** Source: A2E, "agora-token", 2025. */
export const A2E_REQUEST: RequestTable = Object.freeze<RequestTable>({
  service: 'a2e',
  title: 'A2E',
  providers: ['agora'],
  fields: {
    avatarId: { to: 'avatar_id' },
    voiceId: { unsupported: ROOM_HAS_NONE },
    language: { unsupported: ROOM_HAS_NONE },
    mode: { implied: 'each call says it: `ask` or `speak`' },
    knowledgeId: { unsupported: 'A2E has no knowledge bases; give it text with call "set-qa-context".' },
    backgroundUrl: { unsupported: ROOM_HAS_NONE },
    // Seen in use from 15 to 3600; 60 where it is left out.
    durationSeconds: { to: 'expire_seconds', most: 3_600 },
    quality: { unsupported: ROOM_HAS_NONE },
  },
  extra: {},
});

/** Both spellings of the same instant; the number cannot be misread. */
export const roomAnswer = v.object({
  appId: text,
  channel: text,
  token: text,
  uid: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  expire_epoch_timestamp: maybeNumber,
  expire_date_UTC: maybeText,
});

export type Room = v.InferOutput<typeof roomAnswer>;

/** `YYYY-MM-DD HH:MM:SS` without a zone: it is UTC, and `Date` would take it for local time. */
function utcOf(date: string | undefined): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(date ?? '');
  const ms = parts ? Date.parse(`${parts[1]}T${parts[2]}Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

export function endOf({ expire_epoch_timestamp, expire_date_UTC }: Room): number | undefined {
  return expire_epoch_timestamp !== undefined && expire_epoch_timestamp > 0
    ? expire_epoch_timestamp * 1_000
    : utcOf(expire_date_UTC);
}

/** As audience: what is said to the avatar goes over REST. */
export function detailsOf(room: Room, clock: Clock): ConnectionDetails {
  const endsAt = endOf(room);
  return {
    provider: 'agora',
    credentials: {
      appId: room.appId,
      channel: room.channel,
      token: room.token,
      uid: room.uid,
      role: 'audience',
    },
    service: 'a2e',
    sessionId: room.channel,
    ...(endsAt !== undefined && { expiresInMs: Math.max(0, endsAt - clock.wallNow()) }),
  };
}
