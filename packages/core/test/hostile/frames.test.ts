/** Frames that are wrong in every way that somebody thought of: none is taken for another, none breaks anything. */

import { expect, test } from 'vitest';
import { stage } from '../support/stage';
import { bytes, chat, chatText, countEvents, json, sends } from './support/enemy';

async function live() {
  const set = stage();
  await set.live();
  return { ...set, ...countEvents(set) };
}

const texts = ({ session }: Awaited<ReturnType<typeof live>>) =>
  session.getSnapshot().messages.map(({ author, text }) => `${author}: ${text}`);

test('an idx that is no whole number from 0 is named as the problem', async () => {
  const set = await live();
  const odd = ['-1', '1.5', '1e308', '9007199254740993', '"-1"', '"1e3"', '""', 'null', '[0]', '{}', 'true'];
  sends(
    set,
    odd.map((idx) => chatText('"m"', idx, 'true', '"a"')),
  );
  expect([...set.problems]).toEqual(['idx is not a whole number from 0.']);
  expect(set.counts.unrecognised).toBe(odd.length);
});

test('an idx far beyond all others drops its message at once, without keeping a place for each before it', async () => {
  const set = await live();
  sends(set, [chat('m', 0, false, 'a'), chat('m', Number.MAX_SAFE_INTEGER, true, 'z')]);
  expect(set.counts['message-dropped']).toBe(1);
  expect(texts(set)).toEqual(['avatar: a']);
});

test('parts backwards, twice and with other words are one message', async () => {
  const set = await live();
  sends(set, [
    chat('m', 2, true, 'c'),
    chat('m', 1, false, 'b'),
    chat('m', 1, false, 'b'),
    chat('m', 0, false, 'a'),
  ]);
  sends(set, [chat('m', 1, false, 'B'), chat('m', 3, true, 'd')]);
  expect(texts(set)).toEqual(['avatar: aBcd']);
});

test('names of the prototype are names like others', async () => {
  const set = await live();
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'];
  sends(
    set,
    names.map((name) => chat(name, 0, true, name)),
  );
  expect(texts(set)).toEqual(names.map((name) => `avatar: ${name}`));

  sends(
    set,
    names.map((name) => json({ v: 2, type: name, mid: name, pld: {} })),
  );
  sends(
    set,
    names.map((cmd) => json({ v: 2, type: 'command', mid: 'm', pld: { cmd, code: 1000 } })),
  );
  sends(
    set,
    names.map((event) => json({ v: 2, type: 'event', pld: { event } })),
  );
  expect([...set.problems]).toEqual(['type is unknown.', 'pld.cmd is unknown.', 'pld.event is unknown.']);

  sends(set, [
    bytes('{"__proto__":{"v":2,"type":"event","pld":{"event":"audio_start"}}}'),
    bytes('{"v":2,"type":"event","pld":{"__proto__":{"event":"audio_start"}}}'),
    chatText('"polluted"', '0', 'true', '"x"', ',"__proto__":{"polluted":true}'),
  ]);
  expect(set.session.getSnapshot().avatar.speaking).toBe(false);
  expect({}).not.toHaveProperty('polluted');
  expect(texts(set).at(-1)).toBe('avatar: x');
});

test('what should be text and is not is refused, in every field', async () => {
  const set = await live();
  for (const wrong of ['1', 'null', 'true', '[]', '{}', '{"length":3}']) {
    sends(set, [
      chatText(wrong, '0', 'true', '"a"'),
      chatText('"m"', '0', 'true', wrong),
      chatText('"m"', '0', wrong === 'true' ? '"true"' : wrong, '"a"'),
      bytes(`{"v":2,"type":${wrong},"mid":"m","pld":{}}`),
      bytes(`{"v":2,"type":"command","mid":"m","pld":{"cmd":${wrong},"code":1000,"msg":""}}`),
      bytes(`{"v":2,"type":"event","pld":${wrong}}`),
    ]);
  }
  expect(set.counts).toMatchObject({ unrecognised: 36, 'message-received': 0 });
  expect(texts(set)).toEqual([]);
});

test('an id of a megabyte is refused, and a text of one is given up', async () => {
  const set = await live();
  const megabyte = 'x'.repeat(1_024 * 1_024);
  sends(set, [chat(megabyte.slice(0, 200_000), 0, true, 'a'), chat(megabyte, 0, true, 'a')]);
  for (const index of [0, 1, 2, 3]) sends(set, [chat('m', index, false, megabyte.slice(0, 250_000))]);
  expect(set.counts).toMatchObject({ unrecognised: 2, 'message-dropped': 1 });
});

test('half characters are replaced, invalid UTF-8 is refused, and control characters stay what they are', async () => {
  const set = await live();
  sends(set, [
    chatText('"half"', '0', 'true', String.raw`"\ud83d and \ude80"`),
    chatText('"control"', '0', 'true', String.raw`"\u0000\u0007\u001b[31m\u202e"`),
    Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
    Uint8Array.of(0xed, 0xa0, 0xbd),
    new Uint8Array(),
  ]);
  expect(texts(set)).toEqual(['avatar: \ufffd and \ufffd', 'avatar: \u0000\u0007\u001b[31m\u202e']);
  expect([...set.problems].sort()).toEqual(['The packet is not JSON.', 'The packet is not UTF-8.']);
});
