import { cutWords, modelTokens } from '@avatarwire/tooling/delivery';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageParts, Part } from '../src/delivery/outgoing';
import { chatFrames } from '../src/protocol/encode';
import type { TextFrames } from '../src/service';
import { createMessageSequence } from '../src/session/text-stream';
import { cpuMs } from './support/cpu-time';
import { readChat } from './support/strict-frames';
import { anyPacketSize, anyText, inPieces, said } from './support/texts';

/** Frames of a service that says each packet by itself: a call over REST. */
function taskFrames(messageId: string): TextFrames {
  const encoder = new TextEncoder();
  const head = encoder.encode(`{"id":"${messageId}","task":"`);
  const tail = encoder.encode('"}');
  return {
    parts: 'apart',
    overhead: () => head.length + tail.length,
    frame(_index, _final, text) {
      const packet = new Uint8Array(head.length + text.length + tail.length);
      packet.set(head);
      packet.set(text, head.length);
      packet.set(tail, head.length + text.length);
      return packet;
    },
  };
}

function sequence(framesFor?: (messageId: string) => TextFrames): MessageParts {
  let ids = 0;
  return createMessageSequence(() => `id-${ids++}`, framesFor);
}

function takeAll(messages: MessageParts, maxPacketBytes: number): Part[] {
  const taken: Part[] = [];
  for (let part = messages.next(maxPacketBytes); part; part = messages.next(maxPacketBytes)) taken.push(part);
  return taken;
}

const chatText = ({ packet }: Part) => readChat(packet).pld.text;
const textOf = (parts: readonly Part[]) => parts.map(chatText).join('');
function taskText({ packet }: Part): string {
  const { task }: { readonly task: string } = JSON.parse(new TextDecoder().decode(packet));
  return task;
}

/** What language models write, and what is hard to cut. */
const prose = fc
  .array(
    fc.oneof(
      fc.constantFrom('. ', '! ', '。', '\n', ' ', ', ', 'Dr. ', '3.14', '…', 'word '),
      fc.lorem(),
      anyText,
    ),
  )
  .map((words) => words.join(''));

describe('a stream as complete messages', () => {
  test('is one packet a message, each under an id of its own, and joined the text as it came', () => {
    fc.assert(
      fc.property(
        prose.chain((text) => fc.tuple(fc.constant(text), inPieces(text))),
        anyPacketSize,
        ([text, pieces], maxPacketBytes) => {
          const messages = sequence();
          const taken: Part[] = [];
          for (const piece of pieces) {
            messages.append(piece);
            taken.push(...takeAll(messages, maxPacketBytes));
            expect(messages.done).toBe(false);
          }
          messages.end();
          taken.push(...takeAll(messages, maxPacketBytes));
          expect(textOf(taken)).toBe(said(text));
          expect(taken.map(({ messageId }) => messageId)).toEqual(taken.map((_, index) => `id-${index}`));
          for (const { packet, messageId, index, final } of taken) {
            expect(packet.length).toBeLessThanOrEqual(maxPacketBytes);
            expect(readChat(packet)).toMatchObject({ mid: messageId, idx: index, fin: final });
            expect([index, final]).toEqual([0, true]);
          }
          expect(messages.done).toBe(true);
          expect(messages.remainingText()).toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cuts no word of a model answer that fits a packet, however its pieces and its budget come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 200, max: 1_000 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
        (seed, maxPacketBytes, budgets) => {
          const messages = sequence();
          const taken: Part[] = [];
          let until = budgets[0] ?? 1;
          for (const [index, token] of modelTokens(400, seed).entries()) {
            messages.append(token);
            if (index < until) continue;
            taken.push(...takeAll(messages, maxPacketBytes).slice(0, 1));
            const last = taken.at(-1);
            if (last) messages.rewindTo(last);
            taken.pop();
            const part = messages.next(maxPacketBytes);
            if (part) taken.push(part);
            until = index + (budgets[index % budgets.length] ?? 1);
          }
          messages.end();
          taken.push(...takeAll(messages, maxPacketBytes));
          expect(cutWords(taken.map(chatText), maxPacketBytes - 75)).toEqual([]);
        },
      ),
    );
  });

  test('costs four times as much for four times the text, in single characters, whether it leaves or waits', () => {
    const characters = [...modelTokens(50_000).join('')].slice(0, 160_000);
    const leaves = (length: number) => {
      const messages = sequence();
      for (const character of characters.slice(0, length)) {
        messages.append(character);
        messages.next(1_000);
      }
      expect(messages.totalTextBytes).toBeGreaterThanOrEqual(length);
    };
    /** As the outbox cuts it: what waits is cut again when more has come into it, and leaves now and then. */
    const waits = (length: number) => {
      const messages = sequence();
      let cut: Part | undefined;
      for (const [index, character] of characters.slice(0, length).entries()) {
        messages.append(character);
        if (cut?.mayGrow) messages.rewindTo(cut);
        if (!cut || cut.mayGrow) cut = messages.next(1_000);
        if (index % 1_000 === 0) cut = undefined;
      }
    };
    for (const run of [leaves, waits]) {
      run(10_000);
      const ms = (length: number) => Math.min(...[1, 2].map(() => cpuMs(() => run(length))));
      expect(ms(160_000) / ms(40_000)).toBeLessThan(8);
    }
  });

  test('says of a message whether more may come into it', () => {
    const messages = sequence();
    messages.append('One. Two. Th');
    expect(messages.next(1_000)).toMatchObject({ mayGrow: true });
    messages.append(`ree. ${'Many words. '.repeat(100)}`);
    expect(messages.next(1_000)).toMatchObject({ mayGrow: false });
    expect(messages.next(1_000)).toMatchObject({ mayGrow: true });
    messages.append('The end');
    messages.end();
    expect(messages.next(1_000)).toMatchObject({ mayGrow: false });
  });

  test('refuses a packet without room for a character, and goes on in a larger one', () => {
    const messages = sequence();
    messages.append('😀😀');
    messages.end();
    expect(() => messages.next(70)).toThrow(expect.objectContaining({ code: 'packet-too-large' }));
    expect(() => messages.next(73)).toThrow(expect.objectContaining({ code: 'packet-too-large' }));
    expect(textOf(takeAll(messages, 76))).toBe('😀😀');
  });

  test('without text is no message', () => {
    const messages = sequence();
    messages.end();
    expect(messages.next(1_000)).toBeUndefined();
    expect(messages.done).toBe(true);
  });
});

describe('going back', () => {
  test('cuts a message again under its own id, with what came since, and all after it', () => {
    const messages = sequence();
    messages.append('One. Two. Th');
    const [one, two] = takeAll(messages, 1_000);
    if (!one || !two) throw new Error('Two messages were expected.');
    messages.rewindTo(two);
    expect(messages.remainingText()).toBe('Two. Th');
    messages.append('ree. ');
    const again = messages.next(1_000);
    expect(again).toMatchObject({ messageId: two.messageId });
    expect(again && chatText(again)).toBe('Two. Three. ');
    messages.rewindTo(one);
    expect(
      takeAll(messages, 1_000).map((part) => [part.messageId === one.messageId, chatText(part)]),
    ).toEqual([
      [true, 'One. '],
      [false, 'Two. Three. '],
    ]);
  });

  test('loses nothing, whichever message it goes back to and whatever fits a packet then', () => {
    fc.assert(
      fc.property(prose, fc.nat(), anyPacketSize, anyPacketSize, (text, back, one, other) => {
        const messages = sequence();
        messages.append(text);
        const taken = takeAll(messages, one);
        messages.end();
        taken.push(...takeAll(messages, one));
        const part = taken[back % Math.max(1, taken.length)];
        if (!part) return;
        const kept = taken.slice(0, taken.indexOf(part));
        messages.rewindTo(part);
        expect(messages.done).toBe(false);
        expect(textOf(kept) + messages.remainingText()).toBe(said(text));
        const again = takeAll(messages, other);
        expect(again[0]?.messageId).toBe(part.messageId);
        expect(textOf([...kept, ...again])).toBe(said(text));
        expect(messages.totalTextBytes).toBe(taken.at(-1)?.endTextByte);
      }),
    );
  });
});

describe('a text for a service that says each packet by itself', () => {
  test('is whole sentences, and whole words where a sentence fits no packet', () => {
    const messages = sequence(taskFrames);
    const sentence = 'Nobody likes to wait for a machine. ';
    messages.append(`${sentence}${sentence}${sentence}${'long '.repeat(40)}one. Short. ${sentence}`);
    messages.end();
    expect(takeAll(messages, 120).map(taskText)).toEqual([
      sentence,
      sentence + sentence,
      'long '.repeat(19),
      'long '.repeat(19),
      `long long one. Short. ${sentence}`,
    ]);
  });

  test('that fits one packet is one', () => {
    const messages = sequence(taskFrames);
    messages.append('One. Two! Three?\n');
    messages.end();
    expect(takeAll(messages, 120).map(taskText)).toEqual(['One. Two! Three?\n']);
  });

  test('leaves no packet of white space alone, which services refuse', () => {
    const messages = sequence(taskFrames);
    messages.append('One.\n');
    expect(takeAll(messages, 120).map(taskText)).toEqual(['One.\n']);
    messages.append('\n \n');
    messages.end();
    expect(messages.done).toBe(false);
    expect(messages.next(120)).toBeUndefined();
    expect(messages.done).toBe(true);

    const blanks = sequence(taskFrames);
    blanks.append(`One. ${' '.repeat(500)}Two.`);
    blanks.end();
    expect(takeAll(blanks, 120).map((part) => taskText(part).trim())).toEqual(['One.', 'Two.']);
  });

  test('keeps every word in order, none of them cut', () => {
    for (const seed of [1, 2, 3]) {
      const text = modelTokens(1_000, seed).join('');
      const messages = sequence(taskFrames);
      messages.append(text);
      messages.end();
      const texts = takeAll(messages, 300).map(taskText);
      expect(texts.join('')).toBe(text);
      expect(cutWords(texts, 250)).toEqual([]);
      const atPause = texts.filter((piece) => /[.!?…:,]\S*\s*$/.test(piece));
      expect(atPause.length).toBeGreaterThan(0.95 * texts.length);
    }
  });
});

test('a text in packets that are whole each by themselves is complete messages as well', () => {
  const messages = sequence((id) => ({ ...chatFrames(id), parts: 'whole' }));
  messages.append('One. Two. Th');
  expect(takeAll(messages, 1_000).map(chatText)).toEqual(['One. ', 'Two. ']);
});
