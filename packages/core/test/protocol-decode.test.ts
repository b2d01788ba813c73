import { describe, expect, test } from 'vitest';
import { decode, MAX_MESSAGE_ID_LENGTH } from '../src/protocol/decode';
import { MAX_DEPTH, MAX_FRAME_BYTES } from '../src/protocol/read-json';

const bytes = (json: string) => new TextEncoder().encode(json);
const read = (json: string) => decode(bytes(json));
const problem = (json: string) => {
  const incoming = read(json);
  return incoming.kind === 'unrecognised' ? incoming.problem : `understood as ${incoming.kind}`;
};

describe('frames as the documents show them', () => {
  test("the avatar's words and the visitor's recognised speech", () => {
    expect(
      read('{"v":2,"type":"chat","mid":"msg-1","idx":0,"fin":false,"pld":{"from":"bot","text":"Hel"}}'),
    ).toEqual({
      kind: 'chat-part',
      messageId: 'msg-1',
      index: 0,
      final: false,
      speaker: 'avatar',
      text: 'Hel',
    });
    expect(
      read(
        '{"v":2,"type":"chat","mid":"msg-1","idx":12,"fin":true,"pld":{"from":"user","text":"","meta":{"a":1}}}',
      ),
    ).toMatchObject({ speaker: 'user', index: 12, final: true, text: '' });
  });

  test('acknowledgements, good and bad', () => {
    expect(
      read('{"v":2,"type":"command","mid":"m","pld":{"cmd":"set-params","code":1000,"msg":"OK"}}'),
    ).toEqual({ kind: 'acknowledgement', messageId: 'm', command: 'set-params', code: 1000, message: 'OK' });
    expect(
      read('{"v":2,"type":"command","mid":"m","pld":{"cmd":"interrupt","code":1003,"msg":"bad"}}'),
    ).toMatchObject({
      command: 'interrupt',
      code: 1003,
    });
  });

  test('the beginning and end of speech, with or without an id', () => {
    expect(read('{"v":2,"type":"event","mid":"m","pld":{"event":"audio_start"}}')).toEqual({
      kind: 'speech',
      speaking: true,
      messageId: 'm',
    });
    expect(read('{"v":2,"type":"event","pld":{"event":"audio_end"}}')).toEqual({
      kind: 'speech',
      speaking: false,
    });
  });
});

describe('known variants are accepted', () => {
  test.each([
    ['the older type cmd', '{"v":2,"type":"cmd","mid":"m","pld":{"cmd":"interrupt","code":1000,"msg":"OK"}}'],
    [
      'command in place of cmd',
      '{"v":2,"type":"command","mid":"m","pld":{"command":"interrupt","code":1000,"msg":"OK"}}',
    ],
    [
      'numbers as strings',
      '{"v":"2","type":"command","mid":"m","pld":{"cmd":"interrupt","code":"1000","msg":"OK"}}',
    ],
    [
      'an echo of data or params',
      '{"v":2,"type":"command","mid":"m","pld":{"cmd":"interrupt","code":1000,"msg":"OK","data":{},"params":{}}}',
    ],
    [
      'a byte order mark',
      '\ufeff{"v":2,"type":"command","mid":"m","pld":{"cmd":"interrupt","code":1000,"msg":"OK"}}',
    ],
  ])('%s', (_name, json) => {
    expect(read(json)).toEqual({
      kind: 'acknowledgement',
      messageId: 'm',
      command: 'interrupt',
      code: 1000,
      message: 'OK',
    });
  });

  test.each([
    ['without mid', '{"v":2,"type":"command","pld":{"cmd":"set-action","code":1000}}'],
    [
      'with mid null',
      '{"v":2,"type":"command","mid":null,"pld":{"cmd":"set-action","code":1000,"msg":null}}',
    ],
    [
      'with an empty mid',
      '{"v":2,"type":"command","mid":"","pld":{"cmd":"set-action","code":1000,"msg":""}}',
    ],
  ])('an acknowledgement %s has no messageId', (_name, json) => {
    expect(read(json)).toEqual({ kind: 'acknowledgement', command: 'set-action', code: 1000, message: '' });
  });

  test('idx as a string of digits', () => {
    expect(
      read('{"v":2,"type":"chat","mid":"m","idx":"7","fin":true,"pld":{"from":"bot","text":"x"}}'),
    ).toMatchObject({
      index: 7,
    });
  });
});

describe('everything else is unrecognised, naming the field, with the raw frame', () => {
  const chat = (change: object, payload: object = {}) =>
    JSON.stringify({
      v: 2,
      type: 'chat',
      mid: 'm',
      idx: 0,
      fin: true,
      pld: { from: 'bot', text: 'x', ...payload },
      ...change,
    });
  const command = (change: object, payload: object = {}) =>
    JSON.stringify({
      v: 2,
      type: 'command',
      mid: 'm',
      pld: { cmd: 'interrupt', code: 1000, ...payload },
      ...change,
    });

  test.each([
    [chat({ v: 1 }), 'v is'],
    [chat({ v: undefined }), 'v is'],
    [chat({ v: 2.5 }), 'v is'],
    [chat({ type: 'typing' }), 'type is'],
    [chat({ type: undefined }), 'type is'],
    [chat({ pld: 'x' }), 'pld is'],
    [chat({ pld: null }), 'pld is'],
    [chat({ pld: [] }), 'pld is'],
    [chat({ mid: undefined }), 'mid is'],
    [chat({ mid: '' }), 'mid is'],
    [chat({ mid: 7 }), 'mid is'],
    [chat({ mid: 'm'.repeat(MAX_MESSAGE_ID_LENGTH + 1) }), 'mid is'],
    [chat({ idx: undefined }), 'idx is'],
    [chat({ idx: -1 }), 'idx is'],
    [chat({ idx: 0.5 }), 'idx is'],
    [chat({ idx: '1e3' }), 'idx is'],
    [chat({}).replace('"idx":0', '"idx":1e400'), 'idx is'],
    [chat({ fin: 'true' }), 'fin is'],
    [chat({ fin: undefined }), 'fin is'],
    [chat({}, { from: 'system' }), 'pld.from is'],
    [chat({}, { text: 1 }), 'pld.text is'],
    [command({}, { cmd: 'dance' }), 'pld.cmd is'],
    [command({}, { cmd: ['interrupt'] }), 'pld.cmd is'],
    [command({}, { cmd: 'constructor' }), 'pld.cmd is'],
    [command({}, { code: undefined }), 'pld.code is'],
    [command({}, { code: '' }), 'pld.code is'],
    [command({}, { msg: {} }), 'pld.msg is'],
    [command({ mid: 5 }), 'mid is'],
    ['{"v":2,"type":"event","pld":{"event":"audio_pause"}}', 'pld.event is'],
    ['{"v":2,"type":"event","mid":{},"pld":{"event":"audio_start"}}', 'mid is'],
    ['[1]', 'JSON object'],
    ['null', 'JSON object'],
    ['"text"', 'JSON object'],
  ])('%s', (json, expected) => {
    expect(problem(json)).toContain(expected);
    expect(read(json)).toMatchObject({ raw: JSON.parse(json) });
  });

  test('what is not JSON comes back as text of at most 1,024 characters', () => {
    expect(read('hello')).toEqual({ kind: 'unrecognised', problem: 'The packet is not JSON.', raw: 'hello' });
    expect(read('')).toMatchObject({ problem: 'The packet is not JSON.', raw: '' });
    expect(read('中'.repeat(5_000))).toMatchObject({ raw: '中'.repeat(1_024) });
  });

  test('what is not UTF-8 is not guessed', () => {
    const frame = bytes('{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"from":"bot","text":"é"}}');
    for (const wrong of [
      frame.map((byte) => (byte === 0xc3 ? 0xff : byte)),
      Uint8Array.of(0xed, 0xa0, 0xbd),
      Uint8Array.of(0x80),
    ]) {
      expect(decode(wrong)).toMatchObject({ kind: 'unrecognised', problem: 'The packet is not UTF-8.' });
    }
  });

  test('a frame above the limit is not parsed, one at the limit is', () => {
    const frame = (size: number) => {
      const empty = '{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"from":"bot","text":""}}';
      return empty.replace('"text":""', `"text":"${'x'.repeat(size - empty.length)}"`);
    };
    expect(read(frame(MAX_FRAME_BYTES))).toMatchObject({ kind: 'chat-part' });
    const tooLarge = read(frame(MAX_FRAME_BYTES + 1));
    expect(tooLarge).toMatchObject({
      kind: 'unrecognised',
      problem: expect.stringContaining('262145 bytes'),
    });
    expect(tooLarge.kind === 'unrecognised' && String(tooLarge.raw)).toHaveLength(1_024);
  });

  test('deep nesting is found before parsing, and brackets inside strings are not nesting', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(problem(nested(MAX_DEPTH))).toContain('JSON object');
    expect(problem(nested(MAX_DEPTH + 1))).toContain('nested deeper than 32');
    expect(problem(nested(MAX_FRAME_BYTES / 2))).toContain('nested');
    expect(problem('{"a":'.repeat(40_000))).toContain('nested');
    const text = `${'['.repeat(100)}\\"${'{'.repeat(100)}\\\\`;
    expect(
      read(`{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"from":"bot","text":"${text}"}}`),
    ).toMatchObject({
      text: `${'['.repeat(100)}"${'{'.repeat(100)}\\`,
    });
  });

  test('keys of prototypes do nothing', () => {
    const json =
      '{"__proto__":{"v":2,"type":"event"},"constructor":{"prototype":{"x":1}},"pld":{"event":"audio_start"}}';
    expect(problem(json)).toContain('v is');
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    expect(problem('{"v":2,"type":"event","pld":{"__proto__":{"event":"audio_start"}}}')).toContain(
      'pld.event is',
    );
  });
});

test('exactly the bytes of a view are read', () => {
  const frame = bytes('xx{"v":2,"type":"event","pld":{"event":"audio_end"}}yy');
  expect(decode(frame.subarray(2, -2))).toEqual({ kind: 'speech', speaking: false });
});
