import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatFrames, encodeCommand, escapeText } from '../src/protocol/encode';
import type { Command } from '../src/protocol/messages';
import { readChat, readCommand } from './support/strict-frames';

const MID = 'msg-1234567890123';
const ascii = (packet: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(packet);
const encode = (command: Command) => ascii(encodeCommand(command, MID));

describe('frames, byte for byte as the documents show them', () => {
  test('an interrupt has no data and 76 bytes', () => {
    const frame = encode({ name: 'interrupt' });
    expect(frame).toBe('{"v":2,"type":"command","mid":"msg-1234567890123","pld":{"cmd":"interrupt"}}');
    expect(frame).toHaveLength(76);
  });

  test('set-params carries everything in data, with numbers as numbers', () => {
    const frame = encode({
      name: 'set-params',
      params: {
        mode: 'retelling',
        language: 'en',
        backgroundUrl: 'https://example.com/b.png',
        voice: { id: 'v1', url: 'https://example.com/v', speed: 1.1, pronunciation: { AKOOL: 'ay-kool' } },
        recognition: {
          language: 'de',
          engine: 'openai_realtime',
          turnDetection: { type: 'server', threshold: 0.4, prefixPaddingMs: 200, silenceDurationMs: 400 },
        },
      },
    });
    expect(frame).toBe(
      '{"v":2,"type":"command","mid":"msg-1234567890123","pld":{"cmd":"set-params","data":{"mode":1,"lang":"en",' +
        '"bgurl":"https://example.com/b.png","vparams":{"vid":"v1","vurl":"https://example.com/v","speed":1.1,' +
        '"pron_map":{"AKOOL":"ay-kool"},"stt_language":"de","stt_type":"openai_realtime","turn_detection":' +
        '{"type":"server_vad","threshold":0.4,"prefix_padding_ms":200,"silence_duration_ms":400}}}}}',
    );
  });

  test('set-params holds nothing that was not given', () => {
    expect(encode({ name: 'set-params', params: { mode: 'dialogue' } })).toContain('"data":{"mode":2}');
    expect(
      encode({ name: 'set-params', params: { recognition: { turnDetection: { type: 'semantic' } } } }),
    ).toContain('"data":{"vparams":{"turn_detection":{"type":"semantic_vad"}}}');
  });

  test('set-action names a gesture, an expression or both', () => {
    expect(encode({ name: 'set-action', action: { gesture: 'nod', expression: 'happiness' } })).toBe(
      '{"v":2,"type":"command","mid":"msg-1234567890123","pld":{"cmd":"set-action","data":{"action":"nod","expression":"happiness"}}}',
    );
    expect(encode({ name: 'set-action', action: { expression: 'fear' } })).toContain(
      '"data":{"expression":"fear"}',
    );
  });

  test('an empty chat frame has 85 bytes, 84 when final, and one more for each further digit of idx', () => {
    const frames = chatFrames(MID);
    const empty = new Uint8Array(0);
    expect(ascii(frames.frame(0, false, empty))).toBe(
      '{"v":2,"type":"chat","mid":"msg-1234567890123","idx":0,"fin":false,"pld":{"text":""}}',
    );
    for (const [index, final, bytes] of [
      [0, false, 85],
      [0, true, 84],
      [9, false, 85],
      [10, false, 86],
      [99, true, 85],
      [123_456, false, 90],
    ] as const) {
      const packet = frames.frame(index, final, empty);
      expect(packet).toHaveLength(bytes);
      expect(frames.overhead(index, final)).toBe(bytes);
      expect(readChat(packet)).toMatchObject({ idx: index, fin: final });
    }
  });

  test('text is escaped as little as JSON allows', () => {
    const bytesOf = (text: string) => escapeText(text).length;
    expect(['"', '\\', '\n', '\r', '\t', '\b', '\f'].map(bytesOf)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect(['\u0000', '\u0001', '\u001f'].map(bytesOf)).toEqual([6, 6, 6]);
    expect(['a', '/', '\u007f', "'"].map(bytesOf)).toEqual([1, 1, 1, 1]);
    expect(['é', 'я', '中', '\u2028', '😀'].map(bytesOf)).toEqual([2, 2, 3, 3, 4]);
  });
});

describe('a strict reader that we did not write (ajv, fatal UTF-8)', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 });
  const url = fc.webUrl();
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.constant({ name: 'interrupt' } as const),
    fc.record({
      name: fc.constant('set-action' as const),
      action: fc.record({
        gesture: fc.constantFrom('nod' as const, 'shake' as const),
        expression: fc.constant('fear' as const),
      }),
    }),
    fc.record({
      name: fc.constant('set-params' as const),
      params: fc.record(
        {
          mode: fc.constantFrom('retelling' as const, 'dialogue' as const),
          language: word,
          backgroundUrl: url,
          voice: fc.record({
            id: word,
            speed: fc.double({ min: 0.8, max: 1.2, noNaN: true }),
            pronunciation: fc.dictionary(word, word),
          }),
        },
        { requiredKeys: ['mode'] },
      ),
    }),
  );

  test('takes every command, under any id', () => {
    fc.assert(
      fc.property(command, fc.string({ unit: 'binary', minLength: 1 }), (given, messageId) => {
        const frame = readCommand(encodeCommand(given, messageId));
        expect(frame).toMatchObject({ mid: messageId, pld: { cmd: given.name } });
      }),
    );
  });

  test('finds half characters, unknown fields and broken UTF-8', () => {
    const encoder = new TextEncoder();
    const frame = (json: string) => () => readChat(encoder.encode(json));
    const valid = '{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"text":"x"}}';
    expect(frame(valid)).not.toThrow();
    expect(frame(valid.replace('"x"', '"\\\\ud83d"'))).not.toThrow();
    expect(frame(valid.replace('"x"', '"\\ud83d"'))).toThrow('surrogate');
    expect(frame(valid.replace('"idx":0', '"idx":"0"'))).toThrow('idx');
    expect(frame(valid.replace('"fin"', '"extra":1,"fin"'))).toThrow('additional');
    expect(() => readChat(Uint8Array.of(0xff, 0xfe))).toThrow();
  });

  test('a word called __proto__ stays a word of the pronunciation map', () => {
    const pronunciation: Record<string, string> = JSON.parse('{"__proto__":"proto","constructor":"builder"}');
    const packet = encodeCommand({ name: 'set-params', params: { voice: { pronunciation } } }, MID);
    expect(ascii(packet)).toContain('"pron_map":{"__proto__":"proto","constructor":"builder"}');
    expect(() => readCommand(packet)).not.toThrow();
  });

  test('half a character in an id is replaced', () => {
    expect(ascii(encodeCommand({ name: 'interrupt' }, 'a\ud83d'))).toContain('"mid":"a\ufffd"');
  });
});
