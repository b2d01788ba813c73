/** Rows, and work on them that happens as a whole. */

import { AvatarError } from '@avatarwire/core';
import type { SessionRecord } from '../store';
import { SESSION_FIELDS } from '../store-fields';
import { closedStore } from '../store-rules';
import type { Database } from './open-database';
import { STATEMENTS } from './statements';

type Statement = ReturnType<Database['prepare']>;
export type Statements = Readonly<Record<keyof typeof STATEMENTS, Statement>>;

export function prepareStatements(database: Database): Statements {
  const names = Object.keys(STATEMENTS) as (keyof typeof STATEMENTS)[];
  const prepared = names.map((name) => [name, database.prepare(STATEMENTS[name])] as const);
  return Object.fromEntries(prepared) as Statements;
}

export interface Work {
  /** Rejects with what the contract of the store says. */
  run<T>(work: () => T): Promise<T>;
  /** The same, with nothing of others between. Nothing of it is written when it throws. */
  whole<T>(work: () => T): Promise<T>;
}

export function workOn(database: Database): Work {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');

  async function run<T>(work: () => T): Promise<T> {
    if (!database.isOpen) throw closedStore();
    try {
      return work();
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw isSqliteError(error)
        ? new AvatarError('network', `The store's file could not be used: ${error.message}`, { cause: error })
        : error;
    }
  }

  return {
    run,
    whole: (work) =>
      run(() => {
        begin.run();
        const result = work();
        commit.run();
        return result;
      }),
  };
}

function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_SQLITE_ERROR';
}

type Row = Readonly<Record<string, unknown>>;

/** Of a statement that reads whole sessions. */
export function readSession(row: unknown): SessionRecord | undefined {
  return row === undefined ? undefined : sessionOf(row as Row);
}

export function readSessions(rows: readonly unknown[]): SessionRecord[] {
  return rows.map((row) => sessionOf(row as Row));
}

/** A field that is not there stands as NULL. */
function sessionOf(row: Row): SessionRecord {
  const fields = SESSION_FIELDS.filter((field) => row[field] !== null).map((field) => [field, row[field]]);
  return Object.fromEntries(fields) as SessionRecord;
}
