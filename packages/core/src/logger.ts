/**
 * Where the library writes what it does. Silent unless one is passed in. No level ever receives credentials, and
 * none receives the text of messages.
 *
 * - `error`: something failed that no promise or event reports.
 * - `warn`: something the application should mend works for the moment.
 * - `info`: one line a step in the life of a session.
 * - `debug`: everything else.
 */
export interface Logger {
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  debug(message: string, details?: Readonly<Record<string, unknown>>): void;
}

const nothing = () => {};

export const silentLogger: Logger = Object.freeze({
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
});
