import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { AvatarError } from '@avatarwire/core';
import { DatabaseSync } from '@photostructure/sqlite';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema';

const SQLITE_BUSY = 5;

export type Database = InstanceType<typeof DatabaseSync>;

/**
 * Opens the file, or makes one: for its owner alone, with its folder. What SQLite puts beside it (`-wal`, `-shm`) gets
 * the same mode.
 *
 * @throws AvatarError `invalid-argument`, naming `file` and what is wrong with it
 */
export function openDatabase(file: string, busyTimeoutMs: number): Database {
  let database: Database | undefined;
  try {
    if (file !== ':memory:') makeFile(file);
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    // Before anything of it is changed.
    isNew(database);
    writeAhead(database, busyTimeoutMs);
    prepareTables(database);
    return database;
  } catch (cause) {
    database?.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AvatarError(
      'invalid-argument',
      `file: ${file} cannot be used as the broker's store: ${reason}`,
      { cause },
    );
  }
}

function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/** The one step for which SQLite does not wait: another process may be opening or closing the file at this moment. */
function writeAhead(database: Database, busyTimeoutMs: number): void {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      const mode = pragmaOf(database, 'journal_mode = WAL');
      if (mode === 'wal' || mode === 'memory') return;
      throw new Error(
        `it allows no write-ahead log (${String(mode)}); it has to lie on a disk of this machine`,
      );
    } catch (error) {
      if (Reflect.get(Object(error), 'errcode') !== SQLITE_BUSY || performance.now() >= deadline) throw error;
      standStill(10);
    }
  }
}

/** Opening is synchronous, as everything with this library is. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function prepareTables(database: Database): void {
  // What was acknowledged outlives the process, however it ends; a loss of power may take the last moments.
  database.exec('PRAGMA synchronous = NORMAL');
  // Another process may be making the tables at this moment; it also shows whether the file can be written.
  database.exec('BEGIN IMMEDIATE');
  try {
    if (isNew(database)) database.exec(SCHEMA);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
  const found = pragmaOf(database, 'quick_check(1)');
  if (found !== 'ok') throw new Error(`it is corrupt (${String(found)})`);
}

/** Whether nothing is in it yet. @throws Error when what is in it is not ours, or newer than we are */
function isNew(database: Database): boolean {
  if (Number(pragmaOf(database, 'schema_version')) === 0) return true;
  if (pragmaOf(database, 'application_id') !== APPLICATION_ID) {
    throw new Error('it is the database of another program');
  }
  const version = Number(pragmaOf(database, 'user_version'));
  if (version <= SCHEMA_VERSION) return false;
  throw new Error(`it was written by a newer version (schema ${version}; this one knows ${SCHEMA_VERSION})`);
}

function pragmaOf(database: Database, pragma: string): unknown {
  const row = database.prepare(`PRAGMA ${pragma}`).get() as Record<string, unknown>;
  return Object.values(row)[0];
}
