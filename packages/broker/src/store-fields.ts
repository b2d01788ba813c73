/** The fields of a record, one by one: for stores that keep them in columns, and so that none keeps anything else. */

import type { SessionChanges, SessionIntent, SessionRecord } from './store';
import { keepable } from './store-rules';

export type SessionField = keyof SessionRecord;

/** How a field is kept. Its name is the field's own everywhere. */
export const FIELD_KINDS = {
  id: 'text',
  caller: 'text',
  idempotencyKey: 'text',
  fingerprint: 'text',
  closeSecretDigest: 'text',
  service: 'text',
  provider: 'text',
  state: 'text',
  serviceSessionId: 'text',
  createdAt: 'number',
  openedAt: 'number',
  endsAt: 'number',
  heardAt: 'number',
  dueAt: 'number',
  attempts: 'number',
  endedAt: 'number',
  endReason: 'text',
  reservedMs: 'number',
  usedMs: 'number',
} as const satisfies Record<SessionField, 'text' | 'number'>;

export const SESSION_FIELDS = Object.keys(FIELD_KINDS) as readonly SessionField[];

const changeable: Readonly<Record<keyof SessionChanges, true>> = {
  state: true,
  serviceSessionId: true,
  openedAt: true,
  endsAt: true,
  heardAt: true,
  dueAt: true,
  attempts: true,
  endedAt: true,
  endReason: true,
  usedMs: true,
};

export const CHANGEABLE_FIELDS = Object.keys(changeable) as readonly (keyof SessionChanges)[];

/** What a change really says. @throws AvatarError `invalid-argument` */
export function changesOf(changes: SessionChanges): readonly (readonly [SessionField, string | number])[] {
  return CHANGEABLE_FIELDS.flatMap((field) => {
    const value = changes[field];
    if (value === undefined) return [];
    return [[field, typeof value === 'string' ? keepable(field, value) : value] as const];
  });
}

/** The record that an intent becomes. @throws AvatarError `invalid-argument` */
export function recordOf(intent: SessionIntent): SessionRecord {
  const { id, caller, idempotencyKey, fingerprint, closeSecretDigest, service, provider } = intent;
  const { createdAt, endsAt, dueAt, reservedMs } = intent;
  const record: SessionRecord = {
    ...{ id, caller, idempotencyKey, fingerprint, closeSecretDigest, service, provider },
    ...{ createdAt, endsAt, dueAt, reservedMs },
    state: 'opening',
    attempts: 0,
  };
  for (const [field, value] of Object.entries(record)) if (typeof value === 'string') keepable(field, value);
  return record;
}
