/**
 * Calls of one thing (the room, the microphone, a remote picture) that start, change and stop it, one at a time: what
 * the SDK lets wait, what it merges, and what it refuses as repeated or superseded.
 */

import { trtcError } from './trtc-error';

type Kind = 'start' | 'update' | 'stop';

interface Call {
  readonly kind: Kind;
  readonly name: string;
  /** Calls that ask for the same thing have the same key. */
  readonly key: string;
  run: () => Promise<void>;
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

export interface CallLine {
  /** @param key what is asked for: a start that only repeats what a queued stop would end leaves it running */
  start(name: string, run: () => Promise<void>, key?: string): Promise<void>;
  update(name: string, run: () => Promise<void>): Promise<void>;
  stop(name: string, run: () => Promise<void>): Promise<void>;
  readonly started: boolean;
  /** Counts as stopped from now on, whatever it was. */
  reset(): void;
}

export function createCallLine(): CallLine {
  let started = false;
  /** The first is running. */
  let calls: Call[] = [];

  function add(kind: Kind, name: string, run: () => Promise<void>, key = ''): Promise<void> {
    const refuse = (why: string) => Promise.reject(abort(name, why));
    const [current] = calls;
    if (current === undefined) {
      if (kind === 'start' && started) return refuse('already started');
      if (kind === 'update' && !started) return refuse('not started');
      const call = callOf(kind, name, run, key);
      calls.push(call);
      go(call);
      return call.promise;
    }
    const last = calls.at(-1) ?? current;
    const alone = last === current;
    if (kind === 'stop') {
      if (last.kind === 'stop') return last.promise;
      if (!alone) {
        for (const waiting of calls.splice(1)) waiting.reject(abort(waiting.name, 'stopped before its turn'));
        if (current.kind === 'stop') return current.promise;
      }
    } else if (kind === 'update') {
      if (last.kind === 'stop') return refuse('not allowed after a stop');
      if (!alone && last.kind === 'update') {
        last.run = run;
        return last.promise;
      }
    } else if (last.kind === 'start' || last.kind === 'update') {
      return refuse('already started');
    } else if (!alone && current.key === key) {
      calls.pop();
      last.reject(abort(last.name, 'superseded by a start of the same'));
      return refuse('already started');
    }
    const call = callOf(kind, name, run, key);
    calls.push(call);
    return call.promise;
  }

  function go(call: Call): void {
    const done = (settle: () => void) => {
      calls = calls.filter((other) => other !== call);
      settle();
      const [next] = calls;
      if (next) go(next);
    };
    call.run().then(
      () =>
        done(() => {
          if (call.kind !== 'update') started = call.kind === 'start';
          call.resolve();
        }),
      (error: unknown) =>
        done(() => {
          call.reject(error);
          if (call.kind === 'start' && calls[0]?.kind === 'update')
            calls.shift()?.reject(abort(call.name, 'the start failed'));
        }),
    );
  }

  return {
    start: (name, run, key) => add('start', name, run, key),
    update: (name, run) => add('update', name, run),
    stop: (name, run) => add('stop', name, run),
    get started() {
      return started;
    },
    reset() {
      started = false;
    },
  };
}

function abort(name: string, why: string): Error {
  return trtcError(5998, `'${name}' was given up: ${why}.`, name);
}

function callOf(kind: Kind, name: string, run: () => Promise<void>, key: string): Call {
  let settle: Pick<Call, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever called has this promise; a call that is given up for another must not also be an unhandled rejection here.
  return {
    kind,
    name,
    key,
    run,
    promise,
    resolve: () => settle?.resolve(),
    reject: (error) => settle?.reject(error),
  };
}
