import type { Clock } from '@avatarwire/core';
import type { Call, ServiceRoutes } from './call';
import { createFailures, type Failures } from './failures';
import type { Mounted } from './serve-call';

/** One call that a mock service had. */
export interface CallRecord {
  /** Such as `session.create`; `unknown` for what the service does not have. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** Of the answer; undefined when the client got none, or not all of it. */
  readonly status: number | undefined;
}

export interface MockService {
  /** Makes the next call fail, or those that match. Throws `invalid-argument`, naming the field. */
  readonly fail: Failures['plan'];
  /** Lets go of every call that waits, or of those of one failure. */
  readonly release: Failures['release'];
  /** No further call fails, and nothing waits. */
  readonly clearFailures: Failures['clear'];
  /** The last 1,000 calls, in the order of their ends. */
  readonly calls: readonly CallRecord[];
}

const CALLS_KEPT = 1_000;

export function mountService(
  routes: ServiceRoutes,
  { clock, nextId }: { readonly clock: Clock; readonly nextId: () => string },
): {
  readonly mounted: Mounted;
  readonly failures: Failures;
  readonly service: MockService;
} {
  const callNames = routes.routes.map(({ name }) => name);
  const failures = createFailures({ clock, callNames, nextId });
  const calls: CallRecord[] = [];
  return {
    failures,
    mounted: {
      name: routes.name,
      routes: routes.routes,
      refuse: (refusal) => routes.refuse(refusal),
      failures,
      onCall({ name, method, path, body }: Call, { status }) {
        calls.push({ name, method, path, body, status });
        if (calls.length > CALLS_KEPT) calls.shift();
      },
    },
    service: {
      calls,
      fail: failures.plan,
      release: failures.release,
      clearFailures: failures.clear,
    },
  };
}
