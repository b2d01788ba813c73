import { describe, expect, test } from 'vitest';
import { wantedBy } from '../../src/soak/arguments';

const FILE = 'results/soak.md';

describe('the arguments of the soak', () => {
  test('without any it runs in full and writes its page', () => {
    expect(wantedBy([], FILE)).toEqual({
      messages: 1_000_000,
      sessions: 10_000,
      livekit: 1_000,
      leak: false,
      results: FILE,
    });
  });

  test('what does not run in full, or leaks on purpose, writes no page unless it is named', () => {
    expect(wantedBy(['--livekit', '0'], FILE)).toMatchObject({ livekit: 0, results: undefined });
    expect(wantedBy(['--leak'], FILE)).toMatchObject({ leak: true, results: undefined });
    expect(wantedBy(['--', '--leak', '--results', 'x.md'], FILE).results).toBe('x.md');
  });

  test.each([
    ['--messages', '12', '--messages must be 0, or a whole number from 4000 on.'],
    ['--sessions', 'many', '--sessions must be 0, or a whole number from 80 on.'],
    ['--livekit', '1.5', '--livekit must be 0, or a whole number from 10 on.'],
    ['--livekit', '', '--livekit must be 0, or a whole number from 10 on.'],
  ])('%s %o is refused by name', (option, value, message) => {
    expect(() => wantedBy([option, value], FILE)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message }),
    );
  });

  test('an option that there is not is refused', () => {
    expect(() => wantedBy(['--hours', '3'], FILE)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
