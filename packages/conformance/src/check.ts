/** The suite's own assertions: it runs under any test runner, so it brings its own. */

import { type AvatarError, type AvatarErrorCode, isAvatarError } from '@avatarwire/core';

/** A rule of the contract was broken. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}

export function fail(problem: string, cause?: unknown): never {
  throw new ConformanceError(problem, cause === undefined ? undefined : { cause });
}

export function check(condition: boolean, problem: string): asserts condition {
  if (!condition) fail(problem);
}

export function checkSame(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) fail(`${what} must be ${show(expected)} and is ${show(actual)}.`);
}

export function checkBytes(actual: Uint8Array | undefined, expected: Uint8Array, what: string): void {
  if (actual === undefined) fail(`${what} did not arrive.`);
  if (!sameBytes(actual, expected)) {
    fail(
      `${what} must be ${expected.length} bytes ${preview(expected)} and is ${actual.length} bytes ${preview(actual)}.`,
    );
  }
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** That `error` is an AvatarError of this code, from this transport. */
export function checkError(
  error: unknown,
  codes: AvatarErrorCode | readonly AvatarErrorCode[],
  what: string,
): AvatarError {
  if (!isAvatarError(error))
    return fail(`${what} must reject with an AvatarError, not with ${show(error)}.`, error);
  const allowed = typeof codes === 'string' ? [codes] : codes;
  if (!allowed.includes(error.code)) {
    fail(`${what} must reject with ${allowed.join(' or ')}, not with ${error.code}: ${error.message}`, error);
  }
  return error;
}

export function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? String(value);
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function preview(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, 12)].join(' ');
  return bytes.length > 12 ? `[${shown} …]` : `[${shown}]`;
}
