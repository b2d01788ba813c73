// What browsers throw, by the names of the W3C's documents and the texts that Chromium 140 writes.
import { describe, expect, test } from 'vitest';
import { isAvatarError } from '../../src/errors';
import { problemOf } from '../../src/media/problems';
import type { PublishedSource } from '../../src/transport';

type Row = readonly [name: string, text: string, source: PublishedSource, reason: string, code: string];

const ROWS: readonly Row[] = [
  ['NotAllowedError', 'Permission denied', 'microphone', 'denied', 'permission-denied'],
  ['SecurityError', '', 'camera', 'denied', 'permission-denied'],
  ['NotAllowedError', 'Permission dismissed', 'camera', 'dismissed', 'permission-denied'],
  ['NotAllowedError', 'Permission denied by system', 'microphone', 'denied-by-system', 'permission-denied'],
  ['NotAllowedError', 'Permission denied by system', 'screen', 'denied-by-system', 'permission-denied'],
  ['NotAllowedError', 'Permission denied', 'screen', 'dismissed', 'permission-denied'],
  ['InvalidStateError', 'needs a user gesture', 'screen', 'dismissed', 'permission-denied'],
  ['NotFoundError', 'Requested device not found', 'camera', 'not-found', 'device-unavailable'],
  ['OverconstrainedError', '', 'camera', 'not-found', 'device-unavailable'],
  ['NotReadableError', 'Could not start audio source', 'microphone', 'in-use', 'device-unavailable'],
  ['AbortError', 'Starting videoinput failed', 'camera', 'in-use', 'device-unavailable'],
  ['WhateverComesNext', '', 'camera', 'in-use', 'device-unavailable'],
];

test.each(ROWS)('%s (%s) of the %s is %s', (name, text, source, reason, code) => {
  const cause = new DOMException(text, name);
  const problem = problemOf(source, cause);
  expect(problem.reason).toBe(reason);
  expect(problem.error).toMatchObject({ code, cause, retryable: false });
  expect(problem.remedy).toMatch(/^[A-Z].*\.$/);
  expect(problem.error.message).toContain(source);
  expect(problem.error.message).toContain(problem.remedy);
  expect(isAvatarError(problem.error)).toBe(true);
});

test('an OverconstrainedError of an older browser, which is no Error, is known by its name', () => {
  expect(problemOf('camera', { name: 'OverconstrainedError', constraint: 'deviceId' }).reason).toBe(
    'not-found',
  );
  expect(problemOf('camera', undefined).reason).toBe('in-use');
});

describe('in a frame that may not ask', () => {
  test.each(['permissionsPolicy', 'featurePolicy'])('%s tells it', (name) => {
    const asked: string[] = [];
    const policy = { allowsFeature: (feature: string) => asked.push(feature) < 0 };
    Object.assign(globalThis, { document: { [name]: policy } });
    try {
      const refusal = new DOMException('Permission denied', 'NotAllowedError');
      expect(problemOf('microphone', refusal).reason).toBe('denied-by-page');
      expect(problemOf('screen', refusal).reason).toBe('denied-by-page');
      expect(asked).toEqual(['microphone', 'display-capture']);
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });
});
