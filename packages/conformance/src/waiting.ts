/** Waiting, on the harness's clock or in real time. Everything here gives up after a while and says on what. */

import { fail } from './check';

export interface HarnessTime {
  /** Moves the clock and lets everything settle. */
  advance(ms: number): Promise<void>;
  /** Whether the network lives on this clock too. Then waiting means advancing; otherwise waiting is real. */
  readonly movesNetwork: boolean;
}

export type Settled<T> =
  | { readonly status: 'fulfilled'; readonly value: T }
  | { readonly status: 'rejected'; readonly reason: unknown };

export interface Waiting {
  /** The outcome of `promise`, which must come within `ms`. */
  settles<T>(promise: Promise<T>, what: string, ms?: number): Promise<Settled<T>>;
  /** The value of `promise`; its rejection fails the case. */
  resolves<T>(promise: Promise<T>, what: string, ms?: number): Promise<T>;
  /** What `promise` rejects with; its fulfilment fails the case. */
  rejects(promise: Promise<unknown>, what: string, ms?: number): Promise<unknown>;
  /** Until `condition` holds. */
  until(condition: () => boolean | Promise<boolean>, what: string, ms?: number): Promise<void>;
  /** Lets time pass in which something must not happen. */
  quiet(): Promise<void>;
  /** Lets a deadline of the transport pass: on its clock where there is one, else in real time. */
  passDeadline(ms: number): Promise<void>;
}

const STEP_MS = 10;

export function createWaiting(time: HarnessTime | undefined, patienceMs: number, quietMs: number): Waiting {
  const virtual = time?.movesNetwork === true ? time : undefined;

  async function until(
    condition: () => boolean | Promise<boolean>,
    what: string,
    ms = patienceMs,
  ): Promise<void> {
    const start = performance.now();
    for (let waited = 0; ; waited += STEP_MS) {
      // Zero first: what is due now must not be charged with a step.
      await (virtual ? virtual.advance(waited === 0 ? 0 : STEP_MS) : sleep(waited === 0 ? 0 : STEP_MS));
      if (await condition()) return;
      if ((virtual ? waited : performance.now() - start) >= ms) fail(`${what}: not within ${ms} ms.`);
    }
  }

  async function settles<T>(promise: Promise<T>, what: string, ms = patienceMs): Promise<Settled<T>> {
    let outcome: Settled<T> | undefined;
    promise.then(
      (value) => {
        outcome = { status: 'fulfilled', value };
      },
      (reason: unknown) => {
        outcome = { status: 'rejected', reason };
      },
    );
    await until(() => outcome !== undefined, `${what} must settle`, ms);
    return outcome ?? fail(`${what} must settle.`);
  }

  return {
    until,
    settles,
    async resolves(promise, what, ms) {
      const outcome = await settles(promise, what, ms);
      if (outcome.status === 'fulfilled') return outcome.value;
      return fail(`${what} must resolve and rejected: ${String(outcome.reason)}`, outcome.reason);
    },
    async rejects(promise, what, ms) {
      const outcome = await settles(promise, what, ms);
      return outcome.status === 'rejected' ? outcome.reason : fail(`${what} must reject and resolved.`);
    },
    quiet: () => (virtual ? virtual.advance(quietMs) : sleep(quietMs)),
    passDeadline: (ms) => (time ? time.advance(ms) : sleep(ms)),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
