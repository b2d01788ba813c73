import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMessageParts } from '../src/delivery/chunker';
import { isInsideCluster } from '../src/delivery/grapheme';
import { cpuMs } from './support/cpu-time';
import { readChat } from './support/strict-frames';
import { anyText, said } from './support/texts';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(JSON.stringify(text)).length - 2;

function texts(text: string, maxPacketBytes: number): string[] {
  const parts = createMessageParts('msg-1234567890123');
  parts.append(text);
  parts.end();
  const cut: string[] = [];
  for (let part = parts.next(maxPacketBytes); part; part = parts.next(maxPacketBytes)) {
    cut.push(readChat(part.packet).pld.text);
  }
  return cut;
}

/** Clusters that were cut although they would fit a packet with `room` bytes of text. */
function avoidableCuts(pieces: readonly string[], room: number): string[] {
  const text = pieces.join('');
  const cuts = new Set<number>();
  let total = 0;
  for (const piece of pieces) {
    total += piece.length;
    cuts.add(total);
  }
  const broken: string[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    for (let at = index + 1; at < index + segment.length; at += 1) {
      if (cuts.has(at) && bytesOf(segment) <= room) broken.push(segment);
    }
  }
  return broken;
}

describe("cuts, judged by the engine's own segmenter", () => {
  test('fall inside no cluster that would fit a packet', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 200, max: 500 }), (text, maxPacketBytes) => {
        expect(avoidableCuts(texts(text, maxPacketBytes), maxPacketBytes - 90)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['families and skin tones', '👩‍👩‍👧‍👦👩🏽‍🚀👍🏽❤️'],
    ['flags', '🇩🇪🇫🇷🇯🇵'],
    ['flags at an odd place', 'x🇩🇪🇫🇷🇯🇵🇧'],
    ['Hindi', 'नमस्ते दुनिया क्षत्रिय स्त्री '],
    ['Tamil', 'வணக்கம் உலகம் க்ஷேத்திரம் '],
    ['Thai', 'สวัสดีครับกำลังทำงานที่นี่'],
    ['Arabic with marks', 'السَّلَامُ عَلَيْكُمْ '],
    ['decomposed Korean', '한국어'.normalize('NFD')],
    ['decomposed Vietnamese', 'Tiếng Việt rất đẹp '.normalize('NFD')],
    ['line ends of two characters', 'a\r\n\r\n'],
    ['marks on quotes and backslashes', '"\u0301\\\u0301\n\u0301'],
  ])('%s stay whole at every size of packet', (_name, sample) => {
    const text = sample.repeat(60);
    for (let maxPacketBytes = 128; maxPacketBytes < 260; maxPacketBytes += 1) {
      const pieces = texts(text, maxPacketBytes);
      expect(pieces.join('')).toBe(text);
      expect(avoidableCuts(pieces, maxPacketBytes - 87)).toEqual([]);
    }
  });

  test('a cluster larger than a packet is cut between its code points, and its packets are full', () => {
    const pieces = texts(`x${'\u0301'.repeat(5_000)}!`, 950);
    expect(pieces).toHaveLength(Math.ceil(10_002 / 865));
    for (const piece of pieces.slice(0, -1)) expect(bytesOf(piece)).toBeGreaterThanOrEqual(863);
  });

  test('a cluster of just one packet is not cut, one byte more is', () => {
    const cluster = (bytes: number) =>
      `${bytes % 2 === 0 ? 'é' : 'e'}${'\u0301'.repeat((bytes - (bytes % 2 === 0 ? 2 : 1)) / 2)}`;
    expect(texts(`a${cluster(865)}bb`, 950)).toEqual(['a', cluster(865), 'bb']);
    expect(texts(`a${cluster(866)}bb`, 950).map(bytesOf)).toEqual([865, 4]);
    // In the final part there is one byte more.
    expect(texts(`a${cluster(866)}`, 950)).toEqual(['a', cluster(866)]);
  });

  test('hostile text of 100,000 marks, links, flag halves or backslashes is cut in well under two seconds', () => {
    for (const text of [
      '\u0301'.repeat(100_000),
      `क${'्क'.repeat(50_000)}`,
      '🇩'.repeat(50_000),
      '\\'.repeat(100_000),
    ]) {
      expect(cpuMs(() => texts(text, 1_000))).toBeLessThan(2_000);
    }
  });
});

describe('our rules', () => {
  const inside = (text: string, at: number) =>
    isInsideCluster(encoder.encode(text), 0, encoder.encode(text.slice(0, at)).length);

  test('keep together whatever the engine keeps together, for every kind of code point beside every other', () => {
    const kinds = ['a', '\u200d', '\u0600', 'क', '\u094d', '\u1100', '\u1161', '\u11a8', '가', '🇩', '😀'];
    // Han and Hangul syllables are alike: a few of them will do.
    const isAlike = (point: number) =>
      (point >= 0x3400 && point < 0xa000) || (point >= 0xac00 && point < 0xd7a4);
    const apart: string[] = [];
    for (let point = 0xa0; point < 0xe1000; point += isAlike(point) || point >= 0x20000 ? 89 : 1) {
      if (point >= 0xd7ff && point < 0xe000) point = 0xe000;
      const other = String.fromCodePoint(point);
      const pairs = kinds.flatMap((kind) => [[kind, other] as const, [other, kind] as const]);
      // A line end joins nothing, so that one look by the segmenter judges all pairs.
      const starts = new Set(
        [...segmenter.segment(pairs.map((pair) => pair.join('')).join('\n'))].map(({ index }) => index),
      );
      let at = 0;
      for (const [before, after] of pairs) {
        if (!starts.has(at + before.length) && !inside(before + after, before.length))
          apart.push(`${before}|${after}`);
        at += before.length + after.length + 1;
      }
    }
    expect(apart).toEqual([]);
  }, 120_000);

  test('keep together whatever the engine keeps together, in any text', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const text = said(given).replace(/\p{Cc}/gu, '');
        for (const { segment, index } of segmenter.segment(text)) {
          let at = index;
          for (const point of segment) {
            if (at > index) expect([segment, inside(text, at)]).toEqual([segment, true]);
            at += point.length;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('let plain text apart', () => {
    for (const pair of [
      'ab',
      'a中',
      '中文',
      'яз',
      'カナ',
      '각가',
      'a😀',
      '😀😀',
      'कख',
      'กข',
      'ab',
      '، ا',
      '1 ',
    ]) {
      expect([pair, inside(pair, [...pair][0]?.length ?? 1)]).toEqual([pair, false]);
    }
  });
});
