import { cutWords } from '@avatarwire/tooling/delivery';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMessageParts } from '../src/delivery/chunker';
import type { MessageParts, Part } from '../src/delivery/outgoing';
import { chatFrames } from '../src/protocol/encode';
import type { TextFrames } from '../src/service';
import { type ChatFrame, readChat } from './support/strict-frames';
import { anyPacketSize, anyText, inPieces, said } from './support/texts';

const MID = 'msg-1234567890123';

function message(...pieces: string[]): MessageParts {
  const parts = createMessageParts(MID);
  for (const piece of pieces) parts.append(piece);
  parts.end();
  return parts;
}

function cutAll(parts: MessageParts, maxPacketBytes: number): Part[] {
  const cut: Part[] = [];
  for (let part = parts.next(maxPacketBytes); part; part = parts.next(maxPacketBytes)) cut.push(part);
  return cut;
}

const read = (parts: readonly Part[]): ChatFrame[] => parts.map(({ packet }) => readChat(packet));
const textOf = (parts: readonly Part[]) =>
  read(parts)
    .map(({ pld }) => pld.text)
    .join('');
const textBytes = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2;

describe('every message, read by a strict decoder that we did not write', () => {
  test('arrives as it was said, in packets within the limit, however its text is appended', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), inPieces(text))),
        anyPacketSize,
        ([text, pieces], maxPacketBytes) => {
          const parts = message(...pieces);
          const cut = cutAll(parts, maxPacketBytes);
          const frames = read(cut);
          expect(frames.map(({ pld }) => pld.text).join('')).toBe(said(text));
          expect(frames.map(({ idx }) => idx)).toEqual(frames.map((_, index) => index));
          expect(frames.map(({ fin }) => fin)).toEqual(frames.map((_, index) => index === frames.length - 1));
          for (const { packet } of cut) expect(packet.length).toBeLessThanOrEqual(maxPacketBytes);
          expect(parts.done).toBe(true);
          expect(parts.totalTextBytes).toBe(textBytes(said(text)));
          expect(parts.remainingText()).toBe('');
        },
      ),
      { numRuns: 400 },
    );
  });

  test('arrives as it was said when the packet size changes from part to part', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.integer({ min: 128, max: 300 }), { minLength: 1 }), (text, sizes) => {
        const parts = message(text);
        const cut: Part[] = [];
        while (!parts.done) {
          const size = sizes[cut.length % sizes.length] ?? 128;
          const part = parts.next(size);
          if (!part) throw new Error('An ended message always has a next part.');
          expect(part.packet.length).toBeLessThanOrEqual(size);
          cut.push(part);
        }
        expect(textOf(cut)).toBe(said(text));
      }),
    );
  });

  test('holds no half character and no byte that JSON does not need', () => {
    fc.assert(
      fc.property(anyText, anyPacketSize, (text, maxPacketBytes) => {
        for (const { packet } of cutAll(message(text), maxPacketBytes)) {
          const { pld, idx, fin } = readChat(packet);
          expect(pld.text).not.toMatch(/\p{Surrogate}/u);
          const minimal = JSON.stringify({ v: 2, type: 'chat', mid: MID, idx, fin, pld: { text: pld.text } });
          expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(packet)).toBe(minimal);
        }
      }),
    );
  });
});

describe('how full parts are', () => {
  test('parts of Latin text but the last use every byte, and the last is used to the last byte', () => {
    // 950 − 85 bytes of text in each part below idx 10, one less from there on, one more in the final part.
    const full = 10 * 865 + 864 + 865;
    const cut = cutAll(message('x'.repeat(full)), 950);
    expect(cut.map(({ packet }) => packet.length)).toEqual(Array.from({ length: 12 }, () => 950));
    expect(cutAll(message('x'.repeat(full + 1)), 950)).toHaveLength(13);
    expect(cutAll(message('x'.repeat(866)), 950)).toHaveLength(1);
    expect(cutAll(message('x'.repeat(867)), 950)).toHaveLength(2);
  });

  test.each([
    ['10,000 Latin letters', 'x'.repeat(10_000), 12],
    ['5,000 Chinese characters', '中'.repeat(5_000), 18],
    ['2,000 emoji', '😀'.repeat(2_000), 10],
    ['3,000 line ends', '\n'.repeat(3_000), 7],
    ['3,000 control characters', '\u0001'.repeat(3_000), 21],
  ])('%s need as many packets of 950 bytes as their bytes do, no more', (_name, text, packets) => {
    expect(cutAll(message(text), 950)).toHaveLength(packets);
  });

  test('a part is left unfilled by less than what may not be cut: the next word, or cluster of a word that fits no packet', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 200, max: 600 }), (text, maxPacketBytes) => {
        const cut = cutAll(message(text), maxPacketBytes);
        cut.slice(0, -1).forEach((part, at) => {
          const rest = textOf(cut.slice(at + 1));
          // Two words, since white space alone is one: our rules may tie more together.
          const next = /^\s*\S*\s*\S*/u.exec(rest)?.[0] ?? '';
          expect(part.packet.length + textBytes(next)).toBeGreaterThan(maxPacketBytes - 6);
        });
      }),
    );
  });

  test('a message without text is one empty final part', () => {
    const [part, ...others] = cutAll(message(), 128);
    expect(others).toEqual([]);
    expect(part && readChat(part.packet)).toMatchObject({ idx: 0, fin: true, pld: { text: '' } });
  });
});

describe('words', () => {
  const words = fc.oneof(
    { weight: 12, arbitrary: fc.lorem({ maxCount: 1 }) },
    {
      weight: 3,
      arbitrary: fc.constantFrom('Ünïcödé', 'слово', 'كلمة', 'नमस्ते', '"quoted"', 'back\\slash', '3.14', '—'),
    },
    {
      weight: 2,
      arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }).map((word) => word.replace(/\s/gu, '')),
    },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 400 }).map((length) => 'x'.repeat(length)) },
  );
  const gaps = fc.constantFrom(' ', ' ', ' ', '\n', '\n\n', '\t', '\r\n', '  ', '\u2003', '\u3000');
  const prose = fc
    .array(fc.tuple(words, gaps), { maxLength: 150 })
    .map((pieces) => pieces.map((piece) => piece.join('')).join(''));

  test('are not cut when they fit a packet, in any text', () => {
    fc.assert(
      fc.property(prose, fc.integer({ min: 180, max: 500 }), (text, maxPacketBytes) => {
        const pieces = read(cutAll(message(text), maxPacketBytes)).map(({ pld }) => pld.text);
        expect(cutWords(pieces, maxPacketBytes - 86)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['a space', 'aaa bbb', ['aaa ', 'bbb']],
    ['a line end', 'aaa\nbbb', ['aaa\n', 'bbb']],
    ['a control character', 'aaa\u0001bbb', ['aaa\u0001', 'bbb']],
    ['an ideographic space', 'aaa\u3000bbb', ['aaa\u3000', 'bbb']],
  ])('end at %s', (_name, text, expected) => {
    expect(
      read(cutAll(message(text.replaceAll('bbb', 'b'.repeat(10))), 97)).map(({ pld }) => pld.text),
    ).toEqual(expected.map((piece) => piece.replaceAll('bbb', 'b'.repeat(10))));
  });

  test.each([
    ['a no-break space', 'a\u00a0b'],
    ['an escaped quote', 'a"b'],
    ['an escaped backslash before an n', 'a\\nb'],
    ['a hyphen', 'a-b'],
  ])('do not end at %s', (_name, word) => {
    const text = `${'x '.repeat(3)}${word.replace('b', 'b'.repeat(6))} y`;
    const pieces = read(cutAll(message(text), 96)).map(({ pld }) => pld.text);
    expect(pieces[0]).toBe('x x x ');
    expect(pieces.join('')).toBe(text);
  });

  test('do not end behind a space that carries a mark', () => {
    const pieces = read(cutAll(message(`x x a \u0301${'b'.repeat(6)} y`), 96)).map(({ pld }) => pld.text);
    expect(pieces[0]).toBe('x x a');
  });

  test('of scripts without spaces are cut between any two characters, but not before a sign that closes', () => {
    const pieces = read(cutAll(message('数字人会听、会想。'.repeat(40)), 200)).map(({ pld }) => pld.text);
    for (const piece of pieces) expect(piece).not.toMatch(/^[、。]/);
    for (const piece of pieces.slice(0, -1)) expect(textBytes(piece)).toBeGreaterThan(115 - 9);
  });

  test('that fit no packet are cut where the packet is full, and not set apart before', () => {
    const texts = read(cutAll(message(`ab ${'x'.repeat(200)} cd`), 185)).map(({ pld }) => pld.text);
    expect(texts).toEqual([`ab ${'x'.repeat(97)}`, `${'x'.repeat(100)}`, `${'x'.repeat(3)} cd`]);
  });
});

describe('a text that may not be cut', () => {
  const whole: TextFrames = { ...chatFrames(MID), parts: 'whole' };
  const open = () => createMessageParts(MID, whole);

  test('is one part, once it has ended', () => {
    const parts = open();
    parts.append('One. ');
    expect(parts.next(128)).toBeUndefined();
    parts.append('Two.');
    expect(parts.next(128)).toBeUndefined();
    parts.end();
    expect(read(cutAll(parts, 128))).toMatchObject([{ idx: 0, fin: true, pld: { text: 'One. Two.' } }]);
    expect(parts.done).toBe(true);
  });

  test('is refused when it fits no packet, with its size and the limit, whether it has ended or not', () => {
    const parts = open();
    parts.append('x'.repeat(44));
    parts.end();
    expect(cutAll(parts, 128)).toHaveLength(1);

    const larger = open();
    larger.append('x'.repeat(45));
    const refusal = expect.objectContaining({
      code: 'packet-too-large',
      message: expect.stringMatching(/129 bytes.*128/),
    });
    expect(() => larger.next(128)).toThrow(refusal);
    larger.end();
    expect(() => larger.next(128)).toThrow(refusal);
  });
});

describe('a packet without room', () => {
  const refused = (text: string, maxPacketBytes: number) => () => cutAll(message(text), maxPacketBytes);

  test('for one character is refused', () => {
    expect(refused('😀😀', 88)).toThrow(expect.objectContaining({ code: 'packet-too-large' }));
    expect(refused('😀😀', 89)).not.toThrow();
    expect(refused('\u0001\u0001', 90)).toThrow(expect.objectContaining({ code: 'packet-too-large' }));
    expect(refused('\u0001\u0001', 91)).not.toThrow();
    expect(refused('', 83)).toThrow(expect.objectContaining({ code: 'packet-too-large' }));
  });

  test('for one more digit of idx is refused', () => {
    expect(refused('x'.repeat(11), 86)).not.toThrow();
    expect(refused('x'.repeat(12), 86)).toThrow(expect.objectContaining({ code: 'packet-too-large' }));
  });

  test('takes nothing away: a larger packet goes on where it stopped', () => {
    const parts = message('😀😀');
    expect(() => parts.next(88)).toThrow();
    expect(textOf(cutAll(parts, 128))).toBe('😀😀');
  });
});

describe('going back', () => {
  test('cuts the part again, and all after it, also into other sizes', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), anyPacketSize, (text, back, maxPacketBytes) => {
        const parts = message(text);
        const cut = cutAll(parts, 128);
        const to = back % cut.length;
        const part = cut[to];
        if (!part) return;
        parts.rewindTo(part);
        expect(parts.done).toBe(false);
        expect(parts.remainingText()).toBe(textOf(cut.slice(to)));
        const again = cutAll(parts, maxPacketBytes);
        expect(again[0]?.index).toBe(part.index);
        expect(textOf([...cut.slice(0, to), ...again])).toBe(said(text));
      }),
    );
  });

  test('remainingText is exactly what was not cut', () => {
    fc.assert(
      fc.property(anyText, fc.nat(5), (text, count) => {
        const parts = message(text);
        const cut: Part[] = [];
        for (let at = 0; at < count; at += 1) {
          const part = parts.next(128);
          if (part) cut.push(part);
        }
        expect(textOf(cut) + parts.remainingText()).toBe(said(text));
        expect(cut.at(-1)?.endTextByte ?? 0).toBe(parts.totalTextBytes - textBytes(parts.remainingText()));
      }),
    );
  });
});

describe('a message that is still open', () => {
  test('gives what is there, then nothing, and ends with a final part', () => {
    const parts = createMessageParts(MID);
    expect(parts.next(1_024)).toBeUndefined();
    parts.append('Hello, ');
    expect(parts.next(1_024)).toMatchObject({ index: 0, final: false, startTextByte: 0, endTextByte: 7 });
    expect(parts.next(1_024)).toBeUndefined();
    parts.append('world.');
    parts.end();
    parts.end();
    const last = parts.next(1_024);
    expect(last && readChat(last.packet)).toMatchObject({ idx: 1, fin: true, pld: { text: 'world.' } });
    expect(parts.next(1_024)).toBeUndefined();
    expect(() => parts.append('more')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  test('whose text is all cut when it ends sends an empty final part', () => {
    const parts = createMessageParts(MID);
    parts.append('All.');
    const first = parts.next(1_024);
    parts.end();
    const last = parts.next(1_024);
    expect(read([first, last].filter((part) => part !== undefined))).toMatchObject([
      { fin: false, pld: { text: 'All.' } },
      { fin: true, pld: { text: '' } },
    ]);
  });

  test('keeps back a character that may still grow, and half a character', () => {
    const parts = createMessageParts(MID);
    parts.append('A 👩');
    expect(textOf(cutAll(parts, 1_024))).toBe('A ');
    parts.append('\u200d');
    expect(cutAll(parts, 1_024)).toEqual([]);
    parts.append('\ud83d');
    expect(cutAll(parts, 1_024)).toEqual([]);
    expect(parts.remainingText()).toBe('👩\u200d\ud83d');
    parts.append('\ude80.');
    expect(textOf(cutAll(parts, 1_024))).toBe('👩‍🚀.');
    parts.append('\ud83d');
    parts.end();
    expect(textOf(cutAll(parts, 1_024))).toBe('\ufffd');
  });

  test('keeps back a word that may still grow, and gives it with the rest once it has ended', () => {
    const parts = createMessageParts(MID);
    const given: string[] = [];
    for (const piece of [
      'It',
      ' cost',
      's',
      ' 3.',
      '14 in the U.',
      'S., ',
      'a lo',
      't ',
      'in “',
      'Rome”',
      ' too',
    ]) {
      parts.append(piece);
      given.push(textOf(cutAll(parts, 1_024)));
    }
    expect(given).toEqual([
      '',
      'It ',
      '',
      'costs ',
      '3.14 in the ',
      'U.S., ',
      'a ',
      'lot ',
      'in ',
      '“Rome”',
      '',
    ]);
    parts.end();
    expect(textOf(cutAll(parts, 1_024))).toBe(' too');
  });

  test('gives a word that is longer than words are, but for a character that may still grow', () => {
    const parts = createMessageParts(MID);
    parts.append('x'.repeat(1_000));
    expect(textOf(cutAll(parts, 4_096))).toBe('');
    parts.append('xé');
    expect(textOf(cutAll(parts, 4_096))).toBe('x'.repeat(1_001));
  });

  test('says of each part whether more may come into it', () => {
    const parts = createMessageParts(MID);
    parts.append('word '.repeat(30));
    expect(parts.next(128)?.mayGrow).toBe(false);
    expect(cutAll(parts, 128).map(({ mayGrow }) => mayGrow)).toEqual([false, false, true]);
    parts.end();
    expect(cutAll(parts, 128).map(({ mayGrow }) => mayGrow)).toEqual([false]);
  });

  test('does not keep back the end of a sentence', () => {
    for (const text of ['Hi.', 'Hi!”', '“Hi”', '你好。', 'नमस्ते।', 'مرحبا؟']) {
      const parts = createMessageParts(MID);
      parts.append(text);
      expect(textOf(cutAll(parts, 1_024))).toBe(text);
    }
  });

  test('says everything once, however appending and cutting alternate', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), inPieces(text))),
        fc.integer({ min: 128, max: 300 }),
        ([text, pieces], maxPacketBytes) => {
          const parts = createMessageParts(MID);
          const cut: Part[] = [];
          for (const piece of pieces) {
            parts.append(piece);
            cut.push(...cutAll(parts, maxPacketBytes));
          }
          parts.end();
          cut.push(...cutAll(parts, maxPacketBytes));
          expect(textOf(cut)).toBe(said(text));
          expect(cut.map(({ final }) => final).indexOf(true)).toBe(cut.length - 1);
        },
      ),
    );
  });
});
