import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMessageParts } from '../src/delivery/chunker';
import type { ChatPart } from '../src/protocol/messages';
import {
  createReassembler,
  PART_BYTES,
  REMEMBERED_MESSAGES,
  type ReassemblerOptions,
  type ReassemblyUpdate,
} from '../src/protocol/reassembler';
import { cpuMs } from './support/cpu-time';
import { createManualClock } from './support/manual-clock';
import { readChat } from './support/strict-frames';
import { anyText, said } from './support/texts';

function stage(options: Partial<ReassemblerOptions> = {}) {
  const clock = createManualClock();
  const updates: ReassemblyUpdate[] = [];
  const reassembler = createReassembler({ clock, onUpdate: (update) => updates.push(update), ...options });
  const accept = (index: number, text: string, final = false, messageId = 'm', from = 'avatar') =>
    reassembler.accept({ kind: 'chat-part', messageId, index, final, speaker: 'avatar', text }, from);
  /** What was told since the last call, as `type text`. */
  const news = () => updates.splice(0).map(({ type, text }) => `${type} ${text}`);
  return { clock, updates, reassembler, accept, news };
}

describe('order', () => {
  test('partial text is readable at once, up to the first gap', () => {
    const { accept, news } = stage();
    accept(0, 'a');
    accept(2, 'c', true);
    expect(news()).toEqual(['partial a']);
    accept(1, 'b');
    expect(news()).toEqual(['complete abc']);
  });

  test('a message of one part is complete at once, and an update says whose it is', () => {
    const { accept, updates } = stage();
    accept(0, 'Hi', true, 'm1', 'ava');
    expect(updates).toEqual([
      {
        type: 'complete',
        key: expect.any(Object),
        from: 'ava',
        speaker: 'avatar',
        messageId: 'm1',
        text: 'Hi',
        complete: true,
      },
    ]);
  });

  test('a final part without text completes a message', () => {
    const { accept, news } = stage();
    accept(0, 'a');
    accept(1, '', true);
    expect(news()).toEqual(['partial a', 'complete a']);
  });

  test('the same id from another sender or speaker is another message', () => {
    const { accept, reassembler, updates } = stage();
    accept(0, 'a', false, 'm', 'x');
    accept(0, 'b', false, 'm', 'y');
    accept(0, 'c', false, 'xm', '');
    reassembler.accept(
      { kind: 'chat-part', messageId: 'm', index: 0, final: false, speaker: 'user', text: 'd' },
      'x',
    );
    expect(updates.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(updates.map(({ key }) => key)).size).toBe(4);
  });

  test('any text, cut by us, in any order and with duplicates, arrives once as it was said', () => {
    const shuffled = fc.tuple(anyText, fc.integer({ min: 128, max: 300 })).chain(([text, maxPacketBytes]) => {
      const message = createMessageParts('m');
      message.append(text);
      message.end();
      const parts: ChatPart[] = [];
      for (let part = message.next(maxPacketBytes); part; part = message.next(maxPacketBytes)) {
        const { idx, fin, pld } = readChat(part.packet);
        parts.push({
          kind: 'chat-part',
          messageId: 'm',
          index: idx,
          final: fin,
          speaker: 'avatar',
          text: pld.text,
        });
      }
      const twice = [...parts, ...parts];
      return fc.tuple(fc.constant(text), fc.shuffledSubarray(twice, { minLength: twice.length }));
    });
    fc.assert(
      fc.property(shuffled, ([text, parts]) => {
        const { reassembler, updates, clock } = stage();
        for (const part of parts) reassembler.accept(part, 'avatar');
        const complete = updates.filter(({ type }) => type === 'complete');
        expect(complete.map(({ text: got }) => got)).toEqual([said(text)]);
        expect(updates.some(({ type }) => type === 'revised' || type === 'dropped')).toBe(false);
        for (const update of updates) expect(said(text).startsWith(update.text)).toBe(true);
        expect(clock.pendingTimers).toBe(0);
      }),
    );
  });

  test('a character cut between two parts is whole, and never shown by half', () => {
    const { accept, news } = stage();
    accept(0, 'a\ud83d');
    accept(1, '\ude80b');
    accept(2, '\ud83d', true);
    expect(news()).toEqual(['partial a', 'partial a🚀b', 'complete a🚀b\ufffd']);
    accept(3, '\ude80', true);
    expect(news()).toEqual(['complete a🚀b🚀']);
  });
});

describe('the same part again', () => {
  test('changes nothing, before and after the end', () => {
    const { accept, news } = stage();
    accept(0, 'a');
    accept(0, 'a');
    accept(1, 'b', true);
    accept(1, 'b', true);
    expect(news()).toEqual(['partial a', 'duplicate a', 'complete ab', 'duplicate ab']);
  });

  test('with another text is a revision that replaces it, before and after the end', () => {
    const { accept, updates, news } = stage();
    accept(0, 'hallo ');
    accept(0, 'hello ');
    accept(1, 'word', true);
    accept(1, 'world', true);
    expect(updates.map(({ complete }) => complete)).toEqual([false, false, true, true]);
    expect(news()).toEqual([
      'partial hallo ',
      'revised hello ',
      'complete hello word',
      'revised hello world',
    ]);
  });

  test('as the final one ends the message there', () => {
    const { accept, news } = stage();
    accept(0, 'a');
    accept(1, 'b');
    accept(2, 'c', true);
    accept(0, 'A', true);
    expect(news()).toEqual(['partial a', 'partial ab', 'complete abc', 'revised A']);
  });

  test('growing revisions of one part, as a recogniser sends them, are one message', () => {
    const { accept, news } = stage();
    for (const text of ['I', 'I see', 'I see you']) accept(0, text, true);
    expect(news()).toEqual(['complete I', 'revised I see', 'revised I see you']);
  });

  test('a part behind the end goes on with the message', () => {
    const { accept, news, clock } = stage();
    accept(0, 'a', true);
    accept(2, 'c', true);
    expect(clock.pendingTimers).toBe(1);
    accept(1, 'b');
    expect(news()).toEqual(['complete a', 'complete abc']);
    expect(clock.pendingTimers).toBe(0);
  });

  test(`is known as such for the last ${REMEMBERED_MESSAGES} finished messages`, () => {
    const { accept, news } = stage();
    for (let at = 0; at <= REMEMBERED_MESSAGES; at += 1) accept(0, 'x', true, `m${at}`);
    news();
    accept(0, 'x', true, 'm1');
    expect(news()).toEqual(['duplicate x']);
    accept(0, 'x', true, 'm0');
    expect(news()).toEqual(['complete x']);
  });
});

describe('bounds', () => {
  test('more open messages than allowed drop the one that was silent for the longest time', () => {
    const { accept, updates, news } = stage({ maxOpenMessages: 2 });
    accept(0, 'a', false, 'a');
    accept(0, 'b', false, 'b');
    accept(1, 'A', false, 'a');
    news();
    accept(0, 'c', false, 'c');
    expect(updates).toMatchObject([
      {
        type: 'dropped',
        messageId: 'b',
        text: 'b',
        complete: false,
        problem: 'More than 2 messages are unfinished.',
      },
      { type: 'partial', messageId: 'c' },
    ]);
    news();
    accept(1, 'B', true, 'b');
    expect(news()).toEqual([]);
    accept(2, '!', true, 'a');
    expect(news()).toEqual(['complete aA!']);
  });

  test('a message above its bytes is dropped once, and the rest of it is ignored', () => {
    const { accept, updates, news, clock } = stage({ maxMessageBytes: 3 * PART_BYTES });
    accept(0, 'x'.repeat(PART_BYTES - 1));
    accept(1, 'yy');
    expect(updates.at(-1)).toMatchObject({
      type: 'dropped',
      problem: `The message needs more than ${3 * PART_BYTES} bytes.`,
    });
    news();
    accept(2, 'z', true);
    accept(0, 'x', true);
    expect(news()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('an index that no allowed message can reach drops it', () => {
    const { accept, news } = stage();
    accept(0, 'a');
    accept(Number.MAX_SAFE_INTEGER, 'z', true);
    expect(news()).toEqual(['partial a', 'dropped a']);
  });

  test('a message that is silent for too long is dropped, each part giving it new time', async () => {
    const { accept, news, clock } = stage({ maxOpenMs: 1_000 });
    accept(0, 'a', false, 'a');
    await clock.advance(600);
    accept(0, 'b', false, 'b');
    accept(1, 'A', false, 'a');
    await clock.advance(999);
    expect(news()).toEqual(['partial a', 'partial b', 'partial aA']);
    await clock.advance(1);
    expect(news()).toEqual(['dropped b', 'dropped aA']);
    expect(clock.pendingTimers).toBe(0);

    accept(0, 'c', false, 'c');
    await clock.advance(600);
    accept(1, 'C', false, 'c');
    await clock.advance(999);
    expect(news()).toEqual(['partial c', 'partial cC']);
    await clock.advance(1);
    expect(news()).toEqual(['dropped cC']);
  });

  test('revisions cannot cause endless work', () => {
    const { accept, updates } = stage();
    for (let index = 0; index < 5_000; index += 1) accept(index, 'x');
    updates.length = 0;
    for (let round = 0; round < 1_000; round += 1) accept(0, `${round}`);
    expect(updates.at(-1)).toMatchObject({ type: 'dropped', problem: 'The message was revised too often.' });
    expect(updates.length).toBeLessThan(900);
  });

  test('finished messages keep their text only while all together are small', () => {
    const { accept, news } = stage();
    const large = 'x'.repeat(400_000);
    for (let at = 0; at < 8; at += 1) accept(0, large, true, `m${at}`);
    news();
    accept(0, large, true, 'm0');
    expect(news()).toEqual([]);
    accept(0, large, true, 'm7');
    expect(news()).toEqual([`duplicate ${large}`]);
  });
});

describe('the end', () => {
  test('clear forgets everything and leaves no timer', () => {
    const { accept, reassembler, news, clock } = stage();
    accept(0, 'a', false, 'a');
    accept(0, 'b', true, 'b');
    news();
    reassembler.clear();
    expect(clock.pendingTimers).toBe(0);
    accept(1, 'A', true, 'a');
    accept(0, 'b', true, 'b');
    expect(news()).toEqual(['complete b']);
  });

  test('after close nothing is told and nothing is left', () => {
    const { accept, reassembler, news, clock } = stage();
    accept(0, 'a');
    news();
    reassembler.close();
    accept(1, 'b', true);
    expect(news()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(['clear', 'close'] as const)('a listener may call %s at any update', async (method) => {
    const clock = createManualClock();
    const told: string[] = [];
    const reassembler = createReassembler({
      clock,
      maxOpenMessages: 1,
      maxOpenMs: 100,
      onUpdate({ type }) {
        told.push(type);
        if (type === 'dropped') reassembler[method]();
      },
    });
    const part = { kind: 'chat-part', index: 0, final: false, speaker: 'avatar', text: 'x' } as const;
    reassembler.accept({ ...part, messageId: 'a' }, 'f');
    reassembler.accept({ ...part, messageId: 'b' }, 'f');
    await clock.advance(1_000);
    expect(told.slice(0, 2)).toEqual(['partial', 'dropped']);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(['clear', 'close'] as const)(
    'a listener that calls %s at the first of several drops hears of no other',
    async (method) => {
      const clock = createManualClock();
      const dropped: string[] = [];
      const reassembler = createReassembler({
        clock,
        maxOpenMs: 100,
        onUpdate({ type, messageId }) {
          if (type !== 'dropped') return;
          dropped.push(messageId);
          reassembler[method]();
        },
      });
      for (const messageId of ['a', 'b']) {
        reassembler.accept(
          { kind: 'chat-part', messageId, index: 0, final: false, speaker: 'avatar', text: 'x' },
          'f',
        );
      }
      await clock.advance(1_000);
      expect(dropped).toEqual(['a']);
      expect(clock.pendingTimers).toBe(0);
    },
  );
});

test('a million parts cost as much each as a hundred thousand', () => {
  const time = (count: number) => {
    const { accept } = stage({ maxMessageBytes: 1e9, onUpdate: () => {} });
    return cpuMs(() => {
      for (let index = 0; index < count; index += 1) accept(index, 'word ');
    });
  };
  time(100_000);
  const few = Math.min(time(100_000), time(100_000));
  // Ten times the parts; a quadratic one would take a hundred times as long.
  expect(time(1_000_000)).toBeLessThan(40 * few);
}, 60_000);
