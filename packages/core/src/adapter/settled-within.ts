import type { Clock } from '../clock';
import { deferred } from './deferred';

/** Resolves when `promise` has settled, whatever way, and after `ms` at the latest. */
export async function settledWithin(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  const late = deferred<void>();
  const cancel = clock.schedule(() => late.resolve(), ms);
  await Promise.race([promise.catch(() => {}), late.promise]);
  cancel();
}
