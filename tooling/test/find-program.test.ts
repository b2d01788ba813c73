import { expect, test } from 'vitest';
import { findOnPath, isProgram } from '../setup/find-program.ts';

test('a program on the PATH is found under the first name that is there', () => {
  const node = findOnPath('no-such-program-here', 'node');

  expect(node).toMatch(/node$/);
  expect(isProgram(node ?? '')).toBe(true);
});

test('a folder is not a program', () => {
  expect(isProgram(import.meta.dirname)).toBe(false);
});
