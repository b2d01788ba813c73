/** What claims are told with: a subject that may be the real SDK or its double, and words for what came of a call. */

import { expect } from 'vitest';
import type { EnterRoomConfig, TrtcInstance, TrtcSdk } from '../../src/trtc/index';

/** An instance with what the SDK has undeclared. */
export interface ClaimInstance extends TrtcInstance {
  emit(event: string, payload?: unknown): boolean;
}

/** How the world outside the page behaves, from now on. */
export type World =
  | 'aborted'
  | 'server-error'
  | 'http-slow'
  | 'http-hangs'
  | 'signalling-refused'
  | 'signalling-hangs'
  | 'signalling-mute'
  | 'signalling-closes';

export interface Subject {
  readonly name: string;
  readonly sdk: TrtcSdk<ClaimInstance>;
  /** Resolves with what a config needs beside. */
  world(world: World): Promise<Partial<EnterRoomConfig>>;
  /** What hung before fails now. */
  release(): Promise<void>;
  /** As if in a room: the real one's private flag, the double's own room. Undone by the function it resolves to. */
  enter(instance: ClaimInstance, as?: Pick<EnterRoomConfig, 'scene' | 'role'>): Promise<() => Promise<void>>;
  /** Milliseconds of the subject's own time. */
  now(): number;
  /** Waits in the subject's own time. */
  wait(ms: number): Promise<void>;
}

export const who: EnterRoomConfig = {
  sdkAppId: 1_400_000_000,
  userId: 'ann',
  userSig: 'a signature',
  strRoomId: 'room',
};

export interface Failure {
  readonly code: number;
  readonly extraCode?: number;
}

/** How a call ended, or that it has not. */
export type Outcome =
  | { readonly how: 'returned'; readonly value: unknown }
  | { readonly how: 'resolved' }
  | { readonly how: 'pending' }
  | { readonly how: 'threw' | 'rejected'; readonly error: unknown };

/** What came of a call within `patienceMs` of real time. */
export async function outcome(call: () => unknown, patienceMs = 500): Promise<Outcome> {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    return { how: 'threw', error };
  }
  if (!(value instanceof Promise)) return { how: 'returned', value };
  return settled(value, patienceMs);
}

export async function settled(promise: Promise<unknown>, patienceMs = 500): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([
      promise.then(
        () => ({ how: 'resolved' }) as const,
        (error: unknown) => ({ how: 'rejected', error }) as const,
      ),
      new Promise<Outcome>((resolve) => {
        timer = setTimeout(() => resolve({ how: 'pending' }), patienceMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise whose rejection someone may look at later, or nobody. */
export function quiet<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => {});
  return promise;
}

/** @param extraCode what it must be; `undefined` for none at all */
export function expectFailure(
  result: Outcome,
  how: 'threw' | 'rejected',
  code: number,
  extraCode: number | undefined,
): void {
  expect(result).toMatchObject({ how, error: { code } });
  expect('error' in result && (result.error as Failure).extraCode).toBe(extraCode);
}

export interface Trail {
  readonly seen: readonly { readonly event: string; readonly payload: unknown; readonly at: number }[];
  names(): string[];
  /** The states that the connection went through, as `to`, or `to again` while reconnecting. */
  states(): string[];
}

export function record(
  { now }: Pick<Subject, 'now'>,
  instance: ClaimInstance,
  events: readonly string[],
): Trail {
  const seen: { event: string; payload: unknown; at: number }[] = [];
  const began = now();
  for (const event of events) {
    (instance as { on(event: string, handler: (payload: unknown) => void): unknown }).on(event, (payload) =>
      seen.push({ event, payload, at: now() - began }),
    );
  }
  return {
    seen,
    names: () => seen.map(({ event }) => event),
    states: () =>
      seen
        .filter(({ event }) => event === 'connection-state-changed')
        .map(({ payload }) => {
          const { state, isReconnecting } = payload as { state: string; isReconnecting?: boolean };
          return isReconnecting ? `${state} again` : state;
        }),
  };
}

/** Adds a handler for an event that no declaration knows. */
export function listen(
  instance: ClaimInstance,
  event: string,
  handler: (this: unknown, payload: unknown) => void,
  context?: unknown,
): void {
  (instance as { on(event: string, handler: unknown, context?: unknown): unknown }).on(
    event,
    handler,
    context,
  );
}

export function unlisten(instance: ClaimInstance, event: string, handler?: unknown): void {
  (instance as { off(event: string, handler?: unknown): unknown }).off(event, handler);
}

/** Calls what no declaration allows. */
export function callWith(instance: ClaimInstance, name: string, values: readonly unknown[]): unknown {
  return (instance as { [name: string]: (...values: readonly unknown[]) => unknown } & ClaimInstance)[name]?.(
    ...values,
  );
}
