import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes in use that nobody can collect. */
export function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
