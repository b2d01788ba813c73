import type { Logger } from '@avatarwire/core';
import { type DestinationStream, pino } from 'pino';
import { logSafely } from '../checked-options';
import { createRedaction } from './redaction';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'silent'] as const;

/** What waits while standard output takes nothing; above it lines are dropped. */
const MAX_WAITING_CHARACTERS = 1_048_576;

export interface PinoLoggerOptions {
  /** @default 'info' */
  readonly level?: (typeof LOG_LEVELS)[number];
  /** What must not be read, wherever it turns up: keys, passwords. */
  readonly secrets?: readonly string[];
  /** @default standard output */
  readonly destination?: DestinationStream;
}

/**
 * Writes a line of JSON for each entry, with pino: `{ level, time, msg, … }`.
 *
 * The values of fields that sound like a secret (`token`, `authorization`, `credentials`, …) are left out, and so is,
 * in every text, whatever is one of `secrets` or looks like a web token, a `Bearer` or a login in an address.
 *
 * Never throws: a full disk or a pipe that nobody reads costs lines of the log, and nothing else.
 */
export function pinoLogger(options: PinoLoggerOptions = {}): Logger {
  const { level = 'info', secrets = [], destination = standardOutput() } = options;
  const redaction = createRedaction(secrets);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const write =
    (at: 'error' | 'warn' | 'info' | 'debug'): Logger[typeof at] =>
    (message, details) => {
      if (logger.isLevelEnabled(at)) logger[at](redaction.fields(details ?? {}), redaction.text(message));
    };
  return logSafely({
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
  });
}

function standardOutput(): DestinationStream {
  return pino.destination({ fd: 1, sync: true, maxLength: MAX_WAITING_CHARACTERS });
}
