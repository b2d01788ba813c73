/** A store in a file on this machine. */

export { type SqliteStoreOptions, sqliteStore } from './sqlite-store';
