import type { Logger } from '@avatarwire/core';
import { type DestinationStream, pino } from 'pino';
import { createRedaction } from './redaction';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'silent'] as const;

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
 */
export function pinoLogger(options: PinoLoggerOptions = {}): Logger {
  const { level = 'info', secrets = [], destination = pino.destination({ fd: 1, sync: true }) } = options;
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
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}
