import { AvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { a2e } from '../../src/a2e/index';
import { bytes, escaped, openCall, stage, textOf } from './support/stage';

const part = (messageId: string, index: number, text: string, final: boolean) => ({
  kind: 'chat-part',
  messageId,
  index,
  text,
  final,
  speaker: 'avatar',
});

const qa = (message: string, pos?: string) => ({ type: 'QA', message, ...(pos && { pos }) });

/** On a stage where a question is open. */
async function asked(options: Parameters<typeof stage>[1] = {}) {
  const on = stage(a2e(), options);
  await on.dialogue.send?.(on.packet('One?', 'dialogue'));
  return on;
}

describe('what is said, over a session double', () => {
  test('a text becomes the call that its mode means, escapes unharmed', async () => {
    const { dialogue, packet, calls } = stage(a2e());
    await dialogue.send?.(packet('Say "hi"\n\\ 你好 🎈', 'retelling'));
    await dialogue.send?.(packet('Who are you?', 'dialogue'));
    expect(calls).toEqual([
      { action: 'speak', body: { text: 'Say "hi"\n\\ 你好 🎈' } },
      { action: 'ask', body: { text: 'Who are you?' } },
    ]);
  });

  test('where nothing says a mode it is the option, dialogue if that is left out', () => {
    expect(textOf(stage(a2e()).packet('x'))).toBe('{"action":"ask","body":{"text":"x"}}');
    expect(textOf(stage(a2e({ mode: 'retelling' })).packet('x'))).toBe(
      '{"action":"speak","body":{"text":"x"}}',
    );
    expect(a2e().mode).toBe('dialogue');
    expect(a2e({ mode: 'retelling' }).mode).toBe('retelling');
  });

  test('a question stays whole, a text to be said may be cut; neither is above what the service takes', () => {
    const { dialogue } = stage(a2e());
    expect(dialogue.frames('m', 'dialogue').parts).toBe('whole');
    const frames = dialogue.frames('m', 'retelling');
    expect(frames.parts).toBe('apart');
    const room = (dialogue.maxPacketBytes ?? 0) - frames.overhead(0, true);
    const fullest = frames.frame(0, true, escaped('x'.repeat(room)));
    expect(fullest.byteLength).toBe(dialogue.maxPacketBytes);
    expect(JSON.parse(textOf(fullest)).body.text.length).toBeLessThanOrEqual(10_000);
  });

  test('a session that the service knows no more is over; any other failure is that of the text', async () => {
    let error = new AvatarError('service-refused', 'no');
    const { dialogue, packet, gone, clock } = stage(a2e(), { call: () => Promise.reject(error) });
    await expect(dialogue.send?.(packet('x', 'retelling'))).rejects.toBe(error);
    await clock.advance(0);
    expect(gone).toEqual([]);
    error = new AvatarError('session-gone', 'over');
    await expect(dialogue.send?.(packet('x', 'dialogue'))).rejects.toBe(error);
    await clock.advance(0);
    expect(gone).toEqual([error]);
  });
});

describe('QA packets', () => {
  test('start, middle and end are one message, and the next start is another', () => {
    const { heard } = stage(a2e());
    const parts = [qa('Hel', 'start'), qa('lo, ', 'middle'), qa('you.', 'end'), qa('A', 'start')].flatMap(
      heard,
    );
    expect(parts).toEqual([
      part('id-1', 0, 'Hel', false),
      part('id-1', 1, 'lo, ', false),
      part('id-1', 2, 'you.', true),
      part('id-2', 0, 'A', false),
    ]);
  });

  test('without a pos, or with null, it is a whole message, and one that is open stays open', () => {
    const { heard } = stage(a2e());
    const parts = [qa('Whole.'), qa('A', 'start'), { ...qa('Null.'), pos: null }, qa('B', 'end')].flatMap(
      heard,
    );
    expect(parts).toEqual([
      part('id-1', 0, 'Whole.', true),
      part('id-2', 0, 'A', false),
      part('id-3', 0, 'Null.', true),
      part('id-2', 1, 'B', true),
    ]);
  });

  test('a start ends the message that is open', () => {
    const { heard } = stage(a2e());
    heard(qa('Lost', 'start'));
    expect(heard(qa('New', 'start'))).toEqual([part('id-1', 1, '', true), part('id-2', 0, 'New', false)]);
  });

  test('a middle or an end without a start begins a message', () => {
    const { heard } = stage(a2e());
    expect(heard(qa('a', 'middle'))).toEqual([part('id-1', 0, 'a', false)]);
    expect(heard(qa('b', 'end'))).toEqual([part('id-1', 1, 'b', true)]);
    expect(heard(qa('c', 'end'))).toEqual([part('id-2', 0, 'c', true)]);
  });

  test.each([
    ['another type', JSON.stringify({ type: 'AQ', message: 'x' }), /^type/],
    ['no text', JSON.stringify({ type: 'QA' }), /^message/],
    ['another pos', JSON.stringify({ type: 'QA', message: 'x', pos: 'last' }), /^pos/],
    ['a list', '[]', /object/],
    ['no JSON', '{', /JSON/],
    ['nested deeply', `${'['.repeat(33)}${']'.repeat(33)}`, /deeper/],
    [
      'nested by quotes that are text',
      `{"type":"QA","message":${JSON.stringify('["\\['.repeat(99))}}`,
      undefined,
    ],
    ['too large', `"${'x'.repeat(256 * 1024)}"`, /bytes/],
  ])('%s', (_what, packet, problem) => {
    const read = stage(a2e()).dialogue.read(bytes(packet));
    if (problem === undefined) expect(read).toMatchObject([{ kind: 'chat-part' }]);
    else
      expect(read).toEqual([
        { kind: 'unrecognised', problem: expect.stringMatching(problem), raw: expect.anything() },
      ]);
  });

  test('bytes that are no UTF-8 are not recognised, and shown in part', () => {
    const [read] = stage(a2e()).dialogue.read(new Uint8Array(9_000).fill(0xff));
    expect(read).toMatchObject({ kind: 'unrecognised', problem: expect.stringContaining('UTF-8') });
    expect((read as { raw: string }).raw).toHaveLength(1_024);
  });
});

describe('one question at a time', () => {
  test('the first waits for nothing; the next until the answer is complete', async () => {
    const on = stage(a2e());
    expect(on.dialogue.before?.('dialogue')).toBeUndefined();
    await on.dialogue.send?.(on.packet('One?', 'dialogue'));

    const waits = on.hold('dialogue');
    on.heard(qa('It ', 'start'));
    on.heard(qa('is', 'middle'));
    await on.clock.advance(0);
    expect(waits()).toBe(true);
    on.heard(qa('.', 'end'));
    await on.clock.advance(0);
    expect(waits()).toBe(false);
    expect(on.dialogue.before?.('dialogue')).toBeUndefined();
  });

  test('an answer without a pos lets the next one go as well', async () => {
    const { heard, hold, clock } = await asked();
    const waits = hold();
    heard(qa('Yes.'));
    await clock.advance(0);
    expect(waits()).toBe(false);
  });

  test('it is open before HTTP has answered: the answer may be faster', async () => {
    const http = openCall();
    const on = stage(a2e(), { call: () => http.promise });
    const sent = on.dialogue.send?.(on.packet('One?', 'dialogue'));
    const waits = on.hold('dialogue');
    on.heard(qa('Yes.'));
    http.resolve();
    await sent;
    await on.clock.advance(0);
    expect(waits()).toBe(false);
    expect(on.dialogue.before?.('dialogue')).toBeUndefined();
  });

  test('what is only to be said waits for no answer', async () => {
    const { dialogue } = await asked();
    expect(dialogue.before?.('retelling')).toBeUndefined();
  });

  test('without an answer it waits for 30 s, and each part of one counts anew', async () => {
    const { heard, hold, clock } = await asked();
    const waits = hold('dialogue');
    await clock.advance(29_999);
    expect(waits()).toBe(true);
    heard(qa('So', 'start'));
    await clock.advance(29_999);
    heard(qa('…', 'middle'));
    await clock.advance(29_999);
    expect(waits()).toBe(true);
    await clock.advance(1);
    expect(waits()).toBe(false);
  });

  test('a question that was refused lets the next one go; of one that may have arrived the answer may come', async () => {
    for (const [code, waiting] of [
      ['service-refused', false],
      ['service-busy', false],
      ['network', true],
      ['connect-timeout', true],
    ] as const) {
      const on = stage(a2e(), { call: () => Promise.reject(new AvatarError(code, 'no')) });
      await expect(on.dialogue.send?.(on.packet('One?', 'dialogue'))).rejects.toMatchObject({ code });
      expect(on.dialogue.before?.('dialogue') !== undefined, code).toBe(waiting);
    }
  });

  test('an answer that nobody waits for lets nothing go before its time', async () => {
    const on = stage(a2e());
    on.heard(qa('Unasked.'));
    await on.dialogue.send?.(on.packet('One?', 'dialogue'));
    const waits = on.hold('dialogue');
    await on.clock.advance(1_000);
    expect(waits()).toBe(true);
  });

  test.each([
    ['at once', [qa(' Hello there. ')]],
    ['in parts', [qa('Hello ', 'start'), qa('there.', 'end')]],
  ])('what was only said and comes back %s answers no question', async (_how, echo) => {
    const on = stage(a2e());
    await on.dialogue.send?.(on.packet('Hello there.', 'retelling'));
    await on.dialogue.send?.(on.packet('One?', 'dialogue'));
    const waits = on.hold('dialogue');
    expect(echo.flatMap(on.heard).at(-1)).toMatchObject({ kind: 'chat-part', final: true });
    await on.clock.advance(0);
    expect(waits()).toBe(true);
    // Known once: the same words again are the answer.
    echo.forEach(on.heard);
    await on.clock.advance(0);
    expect(waits()).toBe(false);
  });

  test('only the last eight texts that were said are expected back', async () => {
    const on = stage(a2e());
    for (let text = 0; text <= 8; text += 1)
      await on.dialogue.send?.(on.packet(`Text ${text}.`, 'retelling'));
    for (const [text, answers] of [
      ['Text 1.', false],
      ['Text 0.', true],
    ] as const) {
      await on.dialogue.send?.(on.packet('One?', 'dialogue'));
      on.heard(qa(text));
      expect(on.dialogue.before?.('dialogue') === undefined, text).toBe(answers);
    }
  });

  test('the end lets go what waits, and leaves no timer', async () => {
    const { dialogue, hold, clock } = await asked();
    const waits = hold('dialogue');
    expect(clock.scheduled).toBeGreaterThan(0);
    dialogue.close();
    await clock.advance(0);
    expect(waits()).toBe(false);
    expect(clock.scheduled).toBe(0);
  });
});

test.each([
  [{ replyMs: 999 }, 'options.replyMs'],
  [{ replyMs: Number.NaN }, 'options.replyMs'],
  [{ replyMs: 600_001 }, 'options.replyMs'],
  [{ mode: 'both' as 'dialogue' }, 'options.mode'],
  [{ meter: 1 as unknown as () => never }, 'options.meter'],
])('an option out of bounds is refused by its name: %o', (options, name) => {
  expect(() => a2e(options)).toThrow(
    expect.objectContaining({
      code: 'invalid-argument',
      message: expect.stringContaining(name),
      service: 'a2e',
    }),
  );
});

test('it speaks and answers, and nothing else', () => {
  expect(a2e()).toMatchObject({
    name: 'a2e',
    acknowledges: false,
    can: { speak: true, ask: true, interrupt: false, setParams: false, setAction: false },
  });
});
