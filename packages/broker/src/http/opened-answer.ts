/** The answer to a create, field by field. */

import * as v from 'valibot';
import type { OpenedSession } from '../sessions/keeper';
import { type OpenedSessionAnswer, openedSession } from './schemas';

/** Undefined when the service's details are not what its network needs. */
export function openedAnswer(
  { record, details }: OpenedSession,
  times: { readonly now: number; readonly beatMs: number },
): OpenedSessionAnswer | undefined {
  const { provider, credentials, avatarId } = details;
  const result = v.safeParse(openedSession, {
    provider,
    credentials,
    avatarId,
    service: record.service,
    sessionId: record.id,
    expiresInMs: Math.max(0, record.endsAt - times.now),
    beatEveryMs: times.beatMs,
  });
  return result.success ? result.output : undefined;
}
