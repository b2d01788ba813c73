/** Everything that the SQLite store asks of its tables. Each finds its rows by an index. */

import { LIVE_STATES } from '../store';
import { CHANGEABLE_FIELDS, SESSION_FIELDS } from '../store-fields';

const live = LIVE_STATES.map((state) => `'${state}'`).join(', ');

export const STATEMENTS = {
  find: 'SELECT * FROM sessions WHERE id = ?',
  findByKey: 'SELECT * FROM sessions WHERE caller = ? AND idempotencyKey = ?',
  liveOfCaller: `SELECT count(*) AS n FROM sessions WHERE caller = ? AND state IN (${live})`,
  liveInAll: `SELECT count(*) AS n FROM sessions WHERE state IN (${live})`,
  insert: `INSERT INTO sessions (${SESSION_FIELDS.join(', ')}) VALUES (${SESSION_FIELDS.map(() => '?').join(', ')})`,
  /** What is not given (NULL) stays. */
  change: `UPDATE sessions SET ${CHANGEABLE_FIELDS.map((field) => `${field} = coalesce(?, ${field})`).join(', ')} WHERE id = ?`,
  due: 'SELECT * FROM sessions WHERE dueAt <= ? ORDER BY dueAt, id LIMIT ?',
  lease: 'UPDATE sessions SET dueAt = ?, state = ? WHERE id = ?',
  inState: 'SELECT * FROM sessions WHERE state = ? ORDER BY createdAt, id LIMIT ?',
  ofService: 'SELECT 1 FROM sessions WHERE service = ? AND serviceSessionId = ? LIMIT 1',
  forget: "DELETE FROM sessions WHERE id = ? AND state IN ('closed', 'failed')",
  tally: 'SELECT state, count(*) AS n FROM sessions GROUP BY state',
  dayOfCaller: 'SELECT ms FROM days WHERE caller = ? AND day = ?',
  addToDay:
    'INSERT INTO days (caller, day, ms) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ms = ms + excluded.ms',
  giveBack: 'UPDATE days SET ms = ms - ? WHERE caller = ? AND day = ?',
  forgetDays: 'DELETE FROM days WHERE day < ?',
  counter: 'SELECT used, resetsAt FROM counters WHERE name = ?',
  setCounter: 'INSERT OR REPLACE INTO counters (name, used, resetsAt) VALUES (?, ?, ?)',
  /** A few with each new window: more than come, so that they do not grow, and few enough to cost nothing. */
  forgetCounters:
    'DELETE FROM counters WHERE name IN (SELECT name FROM counters WHERE resetsAt <= ? ORDER BY resetsAt LIMIT 8)',
} as const;
