import { describe, expect, test } from 'vitest';
import { createEscapedText } from '../src/delivery/escaped-text';
import { clauseEnds, type Pause, sentenceEnds } from '../src/delivery/pauses';
import { messageEnd } from '../src/delivery/text-flow';
import { cpuMs } from './support/cpu-time';

/** `text` cut at the ends of all pauses. */
function piecesOf(text: string, pauses: (text: string) => Iterable<Pause>): string[] {
  const ends = [...pauses(text)].map(({ end }) => end);
  return [...ends, text.length]
    .map((end, at) => text.slice(ends[at - 1] ?? 0, end))
    .filter((piece) => piece !== '');
}

/** What is taken of `text` in messages with `room` bytes of text: one after the other, until it is better to wait. */
function taken(text: string, { room = 10_000, ended = false, apart = false } = {}): string[] {
  const escaped = createEscapedText();
  escaped.append(text);
  const { bytes } = escaped;
  const messages: string[] = [];
  let from = 0;
  for (let end = next(); end !== undefined && end > from; end = next()) {
    const after = escaped.textFrom(end);
    messages.push(escaped.textFrom(from).slice(0, after === '' ? undefined : -after.length));
    from = end;
  }
  return messages;

  function next(): number | undefined {
    return messageEnd({ bytes, from, ended, resting: false, room, apart });
  }
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
    expect(piecesOf(expected.join(''), sentenceEnds)).toEqual(expected);
  });

  test('text of nothing but abbreviations costs what its length does', () => {
    const text = 'e.g. '.repeat(100_000);
    expect(cpuMs(() => expect([...sentenceEnds(text)]).toEqual([]))).toBeLessThan(2_000);
  });
});

describe('where clauses end', () => {
  test.each([
    ['Latin', ['Well, ', 'she said: ', '“yes;” ', 'and — ', '1,000 of them at 10:30']],
    ['Chinese and Japanese', ['首先，', '苹果、', '梨；', 'はい、', '終わり']],
    ['Arabic', ['نعم، ', 'ربما؛ ', 'لا']],
  ])('%s', (_name, expected) => {
    expect(piecesOf(expected.join(''), clauseEnds)).toEqual(expected);
  });
});

describe('the first message', () => {
  test('is the first sentence, however much else is there', () => {
    expect(taken('One. Two. Three. Fo')).toEqual(['One. ', 'Two. Three. ']);
    expect(taken(`One. ${'Two words. '.repeat(50)}`, { room: 100 })[0]).toBe('One. ');
  });

  test('waits for the end of its sentence, and for what shows that it is one', () => {
    expect(taken('It costs 3.')).toEqual([]);
    expect(taken('It costs 3.14 euros.')).toEqual([]);
    expect(taken('It costs 3.14 euros. Good')).toEqual(['It costs 3.14 euros. ']);
    expect(taken('你好。')).toEqual(['你好。']);
  });

  test('is the first words of a sentence that is longer than 120 characters, up to a comma if there is one', () => {
    expect(taken('word '.repeat(23))).toEqual([]);
    expect(taken(`${'word '.repeat(23)}longer words`)).toEqual(['word '.repeat(23)]);
    expect(taken(`${'word '.repeat(22)}so, words follow, and more`)).toEqual([`${'word '.repeat(22)}so, `]);
    expect(taken(`Hi, ${'word '.repeat(23)}longer`)).toEqual([`Hi, ${'word '.repeat(23)}`]);
    expect(taken('中'.repeat(121))).toEqual(['中'.repeat(120)]);
  });

  test('holds a word back whose end has not come', () => {
    const address = `https://example.com/${'a'.repeat(150)}`;
    expect(taken(address)).toEqual([]);
    expect(taken(`${address} is`)).toEqual([address]);
  });

  test('is everything where everything is there and fits', () => {
    expect(taken('One. Two. Three', { ended: true })).toEqual(['One. Two. Three']);
    expect(taken('One. Two. Three', { ended: true, apart: true })).toEqual(['One. Two. Three']);
  });
});

describe('a later message, while no more waits than fits a packet', () => {
  test('is all whole sentences', () => {
    expect(taken('One. Two. Three. Four, five and')).toEqual(['One. ', 'Two. Three. ']);
  });

  test('is no half sentence, unless that is longer than 400 characters', () => {
    expect(taken(`One. ${'word '.repeat(79)}`)).toEqual(['One. ']);
    expect(taken(`One. ${'word '.repeat(79)}longer words`)).toEqual([
      'One. ',
      `${'word '.repeat(79)}longer `,
    ]);
    expect(taken(`One. ${'word '.repeat(70)}so, ${'word '.repeat(12)}`)).toEqual([
      'One. ',
      `${'word '.repeat(70)}so, `,
    ]);
  });

  test('is a blank that is longer than 1,000 characters: nobody waits for ever', () => {
    expect(taken(`One. x\n${' '.repeat(999)}`)).toEqual(['One. ', `x\n${' '.repeat(999)}`]);
    expect(taken(' '.repeat(1_000))).toEqual([]);
    expect(taken(' '.repeat(1_001))).toEqual([' '.repeat(1_001)]);
  });

  test('is a word that is longer than 1,000 bytes, but for the character that may still grow', () => {
    expect(taken('x'.repeat(1_000))).toEqual([]);
    expect(taken('x'.repeat(1_001))).toEqual(['x'.repeat(1_001)]);
    expect(taken(`${'x'.repeat(1_001)}é`)).toEqual(['x'.repeat(1_001)]);
  });
});

describe('a message while more waits than fits a packet', () => {
  const first = 'One. ';
  const second = (text: string, room: number, apart = false) => taken(first + text, { room, apart })[1];

  test('ends with the last sentence in the last eighth of the packet', () => {
    const sentence = `${'a'.repeat(44)} ${'b'.repeat(43)}. `; // 90 bytes
    expect(second(sentence + 'x '.repeat(100), 100)).toBe(sentence);
    expect(second(sentence + 'x '.repeat(100), 103)).toBe(`${sentence}${'x '.repeat(6)}x`);
  });

  test('ends with a clause where no sentence ends there, and with a word where no clause does', () => {
    const clause = `${'a'.repeat(44)} ${'b'.repeat(43)}, `;
    expect(second(clause + 'x '.repeat(100), 100)).toBe(clause);
    expect(second('word '.repeat(100), 103)).toBe(`${'word '.repeat(20)}`);
    expect(second('word '.repeat(100), 104)).toBe(`${'word '.repeat(20)}word`);
  });

  test('ends with the last sentence wherever it is, or a clause in its second half, where each is said by itself', () => {
    expect(second(`Two. ${'x '.repeat(100)}`, 100, true)).toBe('Two. ');
    expect(second(`${'x '.repeat(30)}y, ${'x '.repeat(100)}`, 100, true)).toBe(`${'x '.repeat(30)}y, `);
    expect(second(`y, ${'x '.repeat(100)}`, 100, true)).toBe(`y, ${'x '.repeat(48)}x`);
  });

  test('sees that a sentence ends with the packet, by what follows it', () => {
    const text = `${'a'.repeat(90)}. Yes.`;
    expect(second(`${text} And more.`, 96)).toBe(text);
  });

  test('takes as much of the white space behind its sentence as fits', () => {
    expect(second(`${'a'.repeat(95)}.${' '.repeat(20)}b b b`, 100)).toBe(
      `${'a'.repeat(95)}.${' '.repeat(4)}`,
    );
  });

  test('cuts a word only if it fits no packet', () => {
    expect(second(`short ${'x'.repeat(100)} `, 100)).toBe('short ');
    expect(second(`short ${'x'.repeat(101)} `, 100)).toBe(`short ${'x'.repeat(94)}`);
  });
});

test('what may be taken of a long text is found without reading all of it', () => {
  const escaped = createEscapedText();
  escaped.append(`One. ${'Two words, no more. '.repeat(500_000)}`);
  const { bytes } = escaped;
  const look = () => {
    for (let turn = 0; turn < 200; turn++)
      messageEnd({ bytes, from: 5 + 20 * turn, ended: false, resting: false, room: 900, apart: false });
  };
  expect(cpuMs(look)).toBeLessThan(500);
});
