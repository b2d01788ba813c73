/** The tables of the SQLite store. Columns are called as the fields of a record; times and spans are milliseconds. */

import { FIELD_KINDS, SESSION_FIELDS } from '../store-fields';

/** Stands in `user_version`. A store refuses a file of a newer one. */
export const SCHEMA_VERSION = 1;

/** Stands in `application_id`: the letters `awbr`. Tells a file of ours from one of somebody else. */
export const APPLICATION_ID = 0x61_77_62_72;

const optional: readonly string[] = [
  ...['serviceSessionId', 'openedAt', 'heardAt', 'endedAt'],
  ...['endReason', 'usedMs'],
];

const columns = SESSION_FIELDS.map((field) => {
  const type = FIELD_KINDS[field] === 'text' ? 'TEXT' : 'REAL';
  return `${field} ${type}${optional.includes(field) ? '' : ' NOT NULL'}${field === 'id' ? ' PRIMARY KEY' : ''}`;
});

export const SCHEMA = `
  CREATE TABLE sessions (${columns.join(', ')}, UNIQUE (caller, idempotencyKey)) STRICT;
  CREATE INDEX sessionsDue ON sessions (dueAt, id);
  CREATE INDEX sessionsOfCaller ON sessions (caller, state);
  CREATE INDEX sessionsByState ON sessions (state, createdAt, id);
  CREATE INDEX sessionsOfService ON sessions (service, serviceSessionId) WHERE serviceSessionId IS NOT NULL;
  CREATE TABLE days (
    caller TEXT NOT NULL, day REAL NOT NULL, ms REAL NOT NULL, PRIMARY KEY (caller, day)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX daysByDay ON days (day);
  CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY, used REAL NOT NULL, resetsAt REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX countersByEnd ON counters (resetsAt);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
