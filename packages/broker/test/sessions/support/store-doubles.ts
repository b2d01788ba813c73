/** Stores around a store: one that tells, one that fails, one that is cut off. */

import type { BrokerStore } from '../../../src/store';

export type Method = keyof BrokerStore;

type Around = (method: Method, work: () => Promise<unknown>) => Promise<unknown>;

/** Every call goes through `around`. */
export function wrapped(store: BrokerStore, around: Around): BrokerStore {
  return new Proxy(store, {
    get(target, name) {
      const method = name as Method;
      const original = Reflect.get(target, method) as (...all: unknown[]) => Promise<unknown>;
      return (...all: unknown[]) => around(method, () => original.apply(target, all));
    },
  });
}

/** Something happens before the first call of `method`. */
export function during(store: BrokerStore, method: Method, event: () => void): BrokerStore {
  let done = false;
  return wrapped(store, async (name, work) => {
    if (name === method && !done) {
      done = true;
      event();
    }
    return work();
  });
}

export interface FailingStore {
  readonly store: BrokerStore;
  /** What was called so far. */
  readonly calls: Method[];
  /** Which calls fail, by their number from 0, and whether they had their effect nevertheless. */
  fails: (number: number, method: Method) => 'before' | 'after' | undefined;
}

export function failingStore(store: BrokerStore): FailingStore {
  const calls: Method[] = [];
  const failing: FailingStore = {
    calls,
    fails: () => undefined,
    store: wrapped(store, async (method, work) => {
      const fault = failing.fails(calls.push(method) - 1, method);
      if (fault === 'before') throw new Error('the store is down');
      const result = await work();
      if (fault === 'after') throw new Error('the store went down');
      return result;
    }),
  };
  return failing;
}
