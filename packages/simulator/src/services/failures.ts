/** What goes wrong on demand: named failures for the next calls, or for the calls that match. */

import { AvatarError, type Clock } from '@avatarwire/core';
import { type Call, isFields, isText, isWhole } from './call';

/**
 * | name | what happens | was the call carried out? |
 * | --- | --- | --- |
 * | `code` | the service refuses with this code of its own | no |
 * | `too-many-requests` | HTTP 429 with `Retry-After` (seconds, 1 by default) | no |
 * | `server-error` | HTTP 500, or the `status` given, with a page of text as gateways send | no |
 * | `reset` | the connection ends without an answer | no |
 * | `slow` | it waits `ms` of the clock, or until released, then goes on, whether the client is still there or not | yes, later |
 * | `abandoned` | it waits until the client has gone, then goes on | yes, with nobody to tell |
 * | `unanswered` | the answer waits `ms` of the clock, or until released | yes, at once |
 * | `cut` | the connection ends after `afterBytes` of the answer's body (half of it by default) | yes |
 * | `malformed` | HTTP 200 with a body that is no JSON | yes |
 * | `oversize` | the answer grows to `bytes` (16 MiB by default), still valid JSON | yes |
 */
export type Failure =
  | {
      readonly name: 'code';
      readonly code: number | string;
      readonly status?: number;
      readonly message?: string;
    }
  | { readonly name: 'too-many-requests'; readonly retryAfterSeconds?: number }
  | { readonly name: 'server-error'; readonly status?: number }
  | { readonly name: 'reset' }
  | { readonly name: 'slow'; readonly ms?: number }
  | { readonly name: 'abandoned' }
  | { readonly name: 'unanswered'; readonly ms?: number }
  | { readonly name: 'cut'; readonly afterBytes?: number }
  | { readonly name: 'malformed' }
  | { readonly name: 'oversize'; readonly bytes?: number };

export type FailureName = Failure['name'];

export interface FailOptions {
  /** How many calls fail; `Infinity` for all until cancelled. @default 1 */
  readonly times?: number;
  /** A call's name, such as `session.create`, or which calls. @default the next ones, whatever they are */
  readonly on?: string | ((call: Call) => boolean);
}

export interface PlannedFailure {
  readonly id: string;
  /** How many calls are still to fail. */
  readonly left: number;
  /** How many calls wait at this moment. */
  readonly waiting: number;
  /** Lets go of what waits now. */
  release(): void;
  /** No further call fails; what waits now goes on waiting. */
  cancel(): void;
}

/** What the HTTP server sees of the failure that a call meets. */
export interface MetFailure {
  readonly failure: Failure;
  /**
   * Settles when it is released, `ms` of the clock have passed or `until` is aborted, whatever of these there is:
   * false when the mock services are closing.
   */
  wait(end: { readonly ms?: number | undefined; readonly until?: AbortSignal }): Promise<boolean>;
}

export interface Failures {
  /** @throws AvatarError `invalid-argument`, naming the field */
  plan(failure: Failure | Exclude<FailureName, 'code'>, options?: FailOptions): PlannedFailure;
  /**
   * The same for what came from outside.
   *
   * @throws AvatarError `invalid-argument`, naming the field
   */
  planUnknown(failure: unknown, options: { readonly times: unknown; readonly on: unknown }): PlannedFailure;
  /** The failure that this call meets, counted as used. */
  meet(call: Call): MetFailure | undefined;
  release(id?: string): void;
  /** No further call fails, and nothing waits. */
  clear(): void;
  /** What waits is given up. */
  close(): void;
}

interface Planned {
  readonly id: string;
  readonly failure: Failure;
  readonly matches: (call: Call) => boolean;
  left: number;
  readonly held: Set<(goesOn: boolean) => void>;
}

export interface FailuresOptions {
  readonly clock: Clock;
  /** The names that `on` may have. */
  readonly callNames: readonly string[];
  /** Unique among the services, so that one of them can be released over HTTP. */
  readonly nextId: () => string;
}

export function createFailures({ clock, callNames, nextId }: FailuresOptions): Failures {
  const plans = new Map<string, Planned>();

  function letGo({ id, left, held }: Planned, goesOn = true): void {
    for (const go of [...held]) go(goesOn);
    if (left === 0) plans.delete(id);
  }

  function hold(plan: Planned, { ms, until }: Parameters<MetFailure['wait']>[0]): Promise<boolean> {
    return new Promise((resolve) => {
      const go = (goesOn: boolean) => {
        cancel();
        until?.removeEventListener('abort', onAbort);
        plan.held.delete(go);
        if (plan.left === 0 && plan.held.size === 0) plans.delete(plan.id);
        resolve(goesOn);
      };
      const onAbort = () => go(true);
      const cancel = ms === undefined ? () => {} : clock.schedule(() => go(true), ms);
      plan.held.add(go);
      until?.addEventListener('abort', onAbort);
      if (until?.aborted) go(true);
    });
  }

  function planned(wanted: unknown, times: unknown, on: unknown): PlannedFailure {
    const failure = readFailure(typeof wanted === 'string' ? { name: wanted } : wanted);
    if (times !== Number.POSITIVE_INFINITY && !isWhole(times, 1, Number.MAX_SAFE_INTEGER))
      throw invalid('times', 'a whole number from 1, or Infinity');
    const plan: Planned = { id: nextId(), failure, left: times, matches: matcher(on), held: new Set() };
    plans.set(plan.id, plan);
    return {
      id: plan.id,
      get left() {
        return plan.left;
      },
      get waiting() {
        return plan.held.size;
      },
      release: () => letGo(plan),
      cancel() {
        plan.left = 0;
        if (plan.held.size === 0) plans.delete(plan.id);
      },
    };
  }

  function matcher(on: unknown): Planned['matches'] {
    if (on === undefined) return () => true;
    if (isPredicate(on)) return on;
    if (typeof on !== 'string' || !callNames.includes(on))
      throw invalid('on', `one of ${[...new Set(callNames)].join(', ')}`);
    return (call) => call.name === on;
  }

  return {
    plan: (failure, { times = 1, on } = {}) => planned(failure, times, on),
    planUnknown: (failure, { times = 1, on }) => planned(failure, times, on),
    meet(call) {
      for (const plan of plans.values()) {
        if (plan.left === 0 || !plan.matches(call)) continue;
        plan.left -= 1;
        if (plan.left === 0 && !waits(plan.failure)) plans.delete(plan.id);
        return { failure: plan.failure, wait: (end) => hold(plan, end) };
      }
      return undefined;
    },
    release(id) {
      for (const plan of [...plans.values()]) if (id === undefined || plan.id === id) letGo(plan);
    },
    clear() {
      for (const plan of [...plans.values()]) {
        plan.left = 0;
        letGo(plan);
      }
    },
    close() {
      for (const plan of [...plans.values()]) {
        plan.left = 0;
        letGo(plan, false);
      }
    },
  };
}

function waits({ name }: Failure): boolean {
  return name === 'slow' || name === 'abandoned' || name === 'unanswered';
}

const NAMES: Readonly<Record<FailureName, true>> = {
  code: true,
  'too-many-requests': true,
  'server-error': true,
  reset: true,
  slow: true,
  abandoned: true,
  unanswered: true,
  cut: true,
  malformed: true,
  oversize: true,
};

const MOST_BYTES = 256 * 1_024 * 1_024;

function readFailure(failure: unknown): Failure {
  if (!isNamed(failure)) throw invalid('failure.name', `one of ${Object.keys(NAMES).join(', ')}`);
  switch (failure.name) {
    case 'code':
      if (typeof failure.code !== 'number' && !isText(failure.code))
        throw invalid('failure.code', 'a number or a string');
      if (failure.message !== undefined && typeof failure.message !== 'string')
        throw invalid('failure.message', 'a string');
      checkNumber('status', failure.status, 200, 599);
      break;
    case 'too-many-requests':
      checkNumber('retryAfterSeconds', failure.retryAfterSeconds, 0, 86_400);
      break;
    case 'server-error':
      checkNumber('status', failure.status, 500, 599);
      break;
    case 'slow':
    case 'unanswered':
      checkNumber('ms', failure.ms, 0, 2 ** 31 - 1);
      break;
    case 'cut':
      checkNumber('afterBytes', failure.afterBytes, 0, MOST_BYTES);
      break;
    case 'oversize':
      checkNumber('bytes', failure.bytes, 1, MOST_BYTES);
      break;
    case 'reset':
    case 'abandoned':
    case 'malformed':
      break;
  }
  return failure;
}

/** The name alone; {@link readFailure} looks at the rest, which no compiler has seen when it comes over HTTP. */
function isNamed(failure: unknown): failure is Failure {
  return isFields(failure) && typeof failure['name'] === 'string' && Object.hasOwn(NAMES, failure['name']);
}

function isPredicate(on: unknown): on is (call: Call) => boolean {
  return typeof on === 'function';
}

function checkNumber(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || isWhole(value, least, most)) return;
  throw invalid(`failure.${name}`, `a whole number from ${least} to ${most}`);
}

function invalid(name: string, wanted: string): AvatarError {
  return new AvatarError('invalid-argument', `${name} has to be ${wanted}.`);
}
