/** How AKOOL tells of its sessions. */

import * as v from 'valibot';
import type { ServiceSessionInfo } from '../contract';
import { epochMs, maybeNumber, maybeText, present, text } from '../http/answers';
import { pageAnswer } from './page';

const STATES = { 1: 'queued', 2: 'running', 3: 'ended', 4: 'failed' } as const;

/** `status` of those that are not over, in the order in which a session has them. */
export const OPEN_STATUSES = [1, 2] as const;

const session = v.object({
  _id: text,
  status: v.fallback(v.optional(v.picklist([1, 2, 3, 4])), undefined),
  stream_type: maybeText,
  avatar_id: maybeText,
  create_time: maybeNumber,
});

export const sessionAnswer: v.GenericSchema<unknown, ServiceSessionInfo> = v.pipe(
  session,
  v.transform(({ _id, status, stream_type, avatar_id, create_time }) =>
    present({
      id: _id,
      state: status === undefined ? ('unknown' as const) : STATES[status],
      provider: stream_type,
      avatarId: avatar_id,
      createdAt: epochMs(create_time),
    }),
  ),
);

export const sessionsAnswer = pageAnswer(sessionAnswer);
