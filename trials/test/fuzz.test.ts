import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../src/fuzz/property';
import { emptyTally, missing } from '../src/fuzz/tally';
import { MUTANTS, WRAPPED } from './fuzz/mutants';

const SLICE = 300;
const FIXED_SEED = 20_261_120;
const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const patient = { timeout: 120_000 };

// Fixed, so that a change fails by what it changes; `pnpm fuzz` draws its seeds.
test.each([FIXED_SEED, FIXED_SEED + 1])(
  `of ${SLICE / 2} sequences over the memory transport, of seed %s, none breaks a law`,
  patient,
  async (seed) => {
    const found = await fuzz({ runs: SLICE / 2, seed });
    expect(
      found && `seed ${found.seed}, path ${found.path}\n${found.script}\n${found.breaches.join('\n')}`,
    ).toBe(undefined);
  },
);

describe(`a planted defect is found by ${SLICE} sequences`, () => {
  test.each([
    ['loses a packet and says nothing', /what was handed over and what was not are not the text/],
    ['hands a packet over twice', /after part/],
    ['gives what it received twice', /times too often/],
    ['leaves a listener on a transport', /listeners are left on transports/],
    ['leaves a listener on a signal', /left on a signal/],
    ['leaves a timer', /timers are left/],
    ['never settles what was interrupted', /never settled/],
    ['calls what was interrupted sent', /sent, with unsent text/],
    ['forgets the text that was not sent', /what was handed over and what was not are not the text/],
    ['takes twice the budget', /bytes in the second/],
    ['leaves the service session open after a failed attempt', /closed 0 times/],
    ['closes the service session twice', /closed 2 times/],
    // Many seeds find these two by another law first, or see nothing overtaken.
    ['interrupts later', /after an interrupt that came later/, 2],
    ['lets one call overtake another', /^text \d+ after text/, 1],
    ['skips a state', /^state-changed said/],
    ['changes a snapshot afterwards', /read only/],
    ['throws where a promise is due', /Error: closed/],
    ['rejects with an error of its own', /something went wrong/],
  ] as const)('%s', patient, async (name, breach, seed: number = FIXED_SEED) => {
    const found = await fuzz({ runs: SLICE, seed, shrink: false, tamper: MUTANTS[name] });
    expect(found?.breaches).toEqual(expect.arrayContaining([expect.stringMatching(breach)]));
  });

  test('and what is only wrapped is found faultless', patient, async () => {
    expect(await fuzz({ runs: 60, seed: FIXED_SEED, tamper: WRAPPED })).toBe(undefined);
  });
});

test(
  'a counterexample is shrunk to the steps that matter and can be played again by its seed and path',
  patient,
  async () => {
    const tamper = MUTANTS['closes the service session twice'];
    const found = await fuzz({ runs: 20, seed: FIXED_SEED, tamper });
    expect(found?.script.split('\n').length).toBeLessThanOrEqual(3);
    expect(found?.breaches).toContain('a service session was closed 2 times');
    const again = await fuzz({ runs: 1, seed: found?.seed ?? 0, path: found?.path, tamper, shrink: false });
    expect(again?.script).toBe(found?.script);
  },
);

test('a run that met nothing says what it never met', () => {
  expect(missing(emptyTally())).toEqual(
    expect.arrayContaining(['fault cut', 'state live', 'end expired', 'outcome uncertain']),
  );
});

function command(...args: string[]): Promise<{ readonly code: unknown; readonly output: string }> {
  const node = ['--conditions=@avatarwire/source', '--import', 'tsx', 'src/fuzz/main.ts'];
  return new Promise((resolve) => {
    execFile(process.execPath, [...node, ...args], { cwd: FOLDER }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

test(
  'the command itself, in processes of its own, plays a few sequences and writes its page',
  patient,
  async () => {
    const results = join(tmpdir(), `fuzz-${FIXED_SEED}.md`);
    try {
      const { code, output } = await command(
        '--runs',
        '10',
        '--seed',
        '5',
        '--workers',
        '2',
        '--results',
        results,
      );
      expect(output).toContain('Every law held in 10 sequences');
      expect(code).toBe(0);
      expect(await readFile(results, 'utf8')).toContain('| sequences | 10 |');
    } finally {
      await rm(results, { force: true });
    }
  },
);

test.each([
  ['--runs', 'many'],
  ['--path', '3:1'],
])('the command refuses %s %s', patient, async (...args) => {
  const { code, output } = await command(...args);
  expect(code).toBe(2);
  expect(output).toContain(args[0]);
});
