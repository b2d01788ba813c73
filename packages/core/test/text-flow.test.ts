import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSentenceFlow } from '../src/delivery/text-flow';
import { cpuMs } from './support/cpu-time';
import { anyText, inPieces } from './support/texts';

/** Everything that can be taken sentence by sentence, then the rest. */
function sentences(text: string): string[] {
  const flow = createSentenceFlow({ firstFlushCharacters: 10_000 });
  flow.append(text);
  const taken: string[] = [];
  for (let piece = flow.take(false); piece !== undefined; piece = flow.take(false)) taken.push(piece);
  const rest = flow.end();
  return rest === undefined ? taken : [...taken, rest];
}

describe('where sentences end', () => {
  test.each([
    ['Latin', ['Hello there. ', 'How are you? ', 'Fine! ', 'Well… ', 'Bye']],
    ['several signs at once', ['What?! ', 'No... ', 'Yes.']],
    ['closing quotes and brackets', ['He said “Go.” ', '(She did not.) ', '**Bold.** ', 'End']],
    [
      'numbers, addresses and abbreviations',
      ['Pi is 3.14 at example.com, e.g. by Dr. Who. ', 'J. S. Bach, U.S. citizen. ', 'No. ', 'Ok'],
    ],
    ['a single letter that ends a line', ['So do I.\n', 'Yes']],
    ['numbered lists', ['First:\n', '1. One. ', 'Two.\n', '12. Twelve']],
    ['lines and paragraphs', ['Title\n\n', 'Line one\n', 'line two']],
    ['Chinese and Japanese', ['你好。', '再见！', '「行こう。」', 'はい']],
    ['Arabic and Urdu', ['كيف حالك؟ ', 'بخير۔ ', 'نعم']],
    ['Hindi', ['नमस्ते। ', 'कैसे हैं॥ ', 'ठीक']],
    ['blank text before the first word', ['\n\n  Hello. ', 'x']],
  ])('%s', (_name, expected) => {
    expect(sentences(expected.join(''))).toEqual(expected);
  });

  test('a full stop at the end of what there is waits for what follows', () => {
    const flow = createSentenceFlow();
    flow.append('It costs 3.');
    expect(flow.take(false)).toBeUndefined();
    flow.append('14 euros.');
    expect(flow.take(false)).toBeUndefined();
    flow.append(' Good');
    expect(flow.take(false)).toBe('It costs 3.14 euros. ');
    expect(flow.peek()).toBe('Good');
  });

  test('a full stop that needs no space is the end at once', () => {
    const flow = createSentenceFlow();
    flow.append('你好。');
    expect(flow.take(false)).toBe('你好。');
  });
});

describe('what is given', () => {
  test('one sentence while nothing waits, all whole sentences while the queue is behind', () => {
    const flow = createSentenceFlow();
    flow.append('One. Two. Three. Fo');
    expect(flow.take(false)).toBe('One. ');
    expect(flow.take(true)).toBe('Two. Three. ');
    expect(flow.take(true)).toBeUndefined();
    flow.append('ur.');
    expect(flow.end()).toBe('Four.');
    expect(flow.end()).toBeUndefined();
    expect(flow.peek()).toBe('');
  });

  test('text without a sentence end is given at a word end from 120 characters on', () => {
    const flow = createSentenceFlow();
    flow.append('word '.repeat(23));
    expect(flow.take(false)).toBeUndefined();
    flow.append('longer words follow here');
    expect(flow.take(false)).toBe('word '.repeat(23));
    expect(flow.take(false)).toBeUndefined();
    flow.append(' and more'.repeat(30));
    expect(flow.take(true)).toBe(`longer words follow here${' and more'.repeat(29)} and `);
  });

  test('a run without spaces is cut between characters, whose last may still grow', () => {
    const flow = createSentenceFlow({ firstFlushCharacters: 4 });
    flow.append('中中中中中');
    expect(flow.take(false)).toBe('中中中中');
    flow.append('中👩');
    expect(flow.take(true)).toBe('中中');
    flow.append('\u200d🚀中中');
    expect(flow.take(false)).toBe('👩‍🚀');
    expect(flow.peek()).toBe('中中');
  });

  test('a number with a comma is not cut', () => {
    const flow = createSentenceFlow({ firstFlushCharacters: 12 });
    flow.append('they are 3,000 now');
    expect(flow.take(false)).toBe('they are ');
  });

  test('a limit that is no count is refused', () => {
    for (const firstFlushCharacters of [0, 1.5, Number.NaN]) {
      expect(() => createSentenceFlow({ firstFlushCharacters })).toThrow(
        expect.objectContaining({
          code: 'invalid-argument',
          message: expect.stringContaining('firstFlushCharacters'),
        }),
      );
    }
  });

  test('nothing is lost, added or given empty, in whatever pieces text comes and is taken', () => {
    const spoken = fc.array(
      fc.oneof(fc.constantFrom('. ', '! ', '。', '\n', ' ', 'Dr. ', '3.14', '…'), fc.lorem(), anyText),
    );
    fc.assert(
      fc.property(
        spoken.map((words) => words.join('')).chain((text) => fc.tuple(fc.constant(text), inPieces(text))),
        fc.array(fc.boolean(), { minLength: 1 }),
        fc.integer({ min: 1, max: 200 }),
        ([text, pieces], turns, firstFlushCharacters) => {
          const flow = createSentenceFlow({ firstFlushCharacters });
          const taken: string[] = [];
          pieces.forEach((piece, at) => {
            flow.append(piece);
            const given = flow.take(turns[at % turns.length] ?? false);
            if (given !== undefined) taken.push(given);
            expect(taken.join('') + flow.peek()).toBe(pieces.slice(0, at + 1).join(''));
          });
          taken.push(flow.end() ?? '');
          expect(taken.join('')).toBe(text);
          expect(taken.slice(0, -1)).not.toContain('');
        },
      ),
    );
  });

  test('never gives blank text while more may come', () => {
    const flow = createSentenceFlow({ firstFlushCharacters: 5 });
    flow.append('   \n\n \t\n      ');
    expect(flow.take(false)).toBeUndefined();
    expect(flow.take(true)).toBeUndefined();
    flow.append('中中中中中中');
    expect(flow.take(false)).toBe('   \n\n \t\n      中中中中中');
  });

  test('text of nothing but abbreviations costs what its length does', () => {
    const flow = createSentenceFlow();
    flow.append('e.g. '.repeat(100_000));
    expect(cpuMs(() => flow.take(true))).toBeLessThan(2_000);
  });
});
