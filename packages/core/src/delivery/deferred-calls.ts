import { Queue } from './queue';

export interface DeferredCalls {
  later(call: () => void): void;
  /** Makes the calls in order, and those that they add. Called from within a call, it leaves that to the outer one. */
  make(): void;
}

/** Calls to the outside, kept until the state is consistent. One that throws is reported and stops nobody. */
export function createDeferredCalls(onError: (error: unknown) => void): DeferredCalls {
  const calls = new Queue<() => void>();
  let making = false;

  function attempt(call: () => void): void {
    try {
      call();
    } catch (error) {
      onError(error);
    }
  }

  return {
    later(call) {
      calls.push(call);
    },
    make() {
      if (making) return;
      making = true;
      try {
        for (let call = calls.shift(); call; call = calls.shift()) attempt(call);
      } finally {
        making = false;
      }
    },
  };
}

/** Hands `error` to the host's own handler of uncaught errors. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
