import { transportCases } from '@avatarwire/conformance';
import { describe, expect, test } from 'vitest';
import { memory } from '../src/memory-transport';
import { memoryHarness } from './memory-harness';
import { mutants } from './mutants';

const names = transportCases(memoryHarness(({ network }) => memory(network))).map(({ name }) => name);

describe('the conformance suite bites (real: the memory network, with a transport broken on purpose)', () => {
  for (const { name, breaks, make } of mutants) {
    describe(`a transport that ${name}`, () => {
      for (const broken of breaks) {
        test(`is caught by: ${broken}`, async () => {
          const found = transportCases(memoryHarness(make)).find((candidate) => candidate.name === broken);
          expect(found, 'a case of this name').toBeDefined();
          await expect(found?.run()).rejects.toMatchObject({ name: 'ConformanceError' });
        });
      }
    });
  }

  test('every case has a mutant that it catches', () => {
    const caught = new Set(mutants.flatMap(({ breaks }) => breaks));
    // The orders of vendor events are one case each, and one rule.
    const rules = names.filter((name) => !name.includes('vendor events in the order'));
    expect(rules.filter((name) => !caught.has(name))).toEqual([]);
  });

  test('names of cases are unique', () => {
    expect(new Set(names).size).toBe(names.length);
  });
});
