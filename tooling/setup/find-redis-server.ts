import { findOnPath, isProgram } from './find-program.ts';

/** A redis-server that is already there: named by REDIS_SERVER_BIN, or on the PATH. */
export function findRedisServer(): string | undefined {
  const named = process.env['REDIS_SERVER_BIN'];
  if (named !== undefined && named !== '') return isProgram(named) ? named : undefined;
  return findOnPath('redis-server');
}
