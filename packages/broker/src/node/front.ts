/** What stands before the broker: whether it lives, whether it is ready, and whom it answers at all. */

import type { Clock } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { refusal, state } from './answers';
import { namesLoopback } from './loopback';

const READY_WITHIN_MS = 2_000;

export interface FrontOptions {
  readonly broker: { fetch(request: Request): Promise<Response> };
  readonly store: { ready(): Promise<void> };
  readonly stopping: () => boolean;
  /** Whether only requests that name this machine are answered. */
  readonly loopbackOnly: boolean;
  readonly clock: Clock;
}

export function createFront(options: FrontOptions): (request: Request) => Promise<Response> {
  const { broker, stopping, loopbackOnly } = options;
  const storeIsReady = createReadiness(options);
  return async (request) => {
    if (loopbackOnly && !namesLoopback(request)) return notHere();
    const { pathname } = new URL(request.url);
    if (pathname === '/healthz' && isReading(request)) return state(200, 'alive');
    if (pathname !== '/readyz' || !isReading(request)) return broker.fetch(request);
    if (stopping()) return state(503, 'stopping');
    return (await storeIsReady()) ? state(200, 'ready') : state(503, 'the store cannot be used');
  };
}

export function isReading({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function notHere(): Response {
  return refusal(403, 'service-refused', 'Here only requests to localhost are answered.');
}

/** However many ask at one time, the store is asked once. */
function createReadiness({ store, clock }: FrontOptions): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  const ask = async () => {
    const late = deferred<boolean>();
    const cancel = clock.schedule(() => late.resolve(false), READY_WITHIN_MS);
    const answered = store.ready().then(
      () => true,
      () => false,
    );
    const ready = await Promise.race([answered, late.promise]);
    cancel();
    asking = undefined;
    return ready;
  };
  return () => {
    asking ??= ask();
    return asking;
  };
}
