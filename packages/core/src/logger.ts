import type { Clock } from './clock';
import { countWithin } from './count-within';

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

/** Lines of one level that are written in {@link LOG_WINDOW_MS}: the far side decides how often some things happen. */
export const MAX_LINES = 100;
export const LOG_WINDOW_MS = 60_000;

/** `logger`, for which more lines than that are left out; the last one before that says so. */
export function calmLogger(logger: Logger, clock: Clock): Logger {
  const calm = (level: keyof Logger): Logger['warn'] => {
    const count = countWithin(clock, LOG_WINDOW_MS);
    return (message, details) => {
      const line = count();
      if (line <= MAX_LINES)
        logger[level](line < MAX_LINES ? message : `${message} (more are left out)`, details);
    };
  };
  return { error: calm('error'), warn: calm('warn'), info: calm('info'), debug: calm('debug') };
}

const nothing = () => {};

export const silentLogger: Logger = Object.freeze({
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
});
