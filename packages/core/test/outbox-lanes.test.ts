import { describe, expect, it, vi } from 'vitest';
import { createMessageParts } from '../src/delivery/chunker';
import { AvatarError } from '../src/errors';
import { AGORA, outboxStage, settled, UNRATED } from './support/outbox-stage';

/** Eleven packets over Agora, of which six leave at once. */
const LONG = 'x'.repeat(10_000);

describe('the lanes of an outbox', () => {
  it('send messages first in first out, the parts of one never between those of another', async () => {
    const { clock, open, say, sent } = outboxStage();
    open();
    const said = [say(LONG), say('short'), say(LONG)];
    await clock.advance(10_000);
    const ids = sent.map(({ messageId }) => messageId);
    expect(ids).toEqual([...ids].sort());
    for (const { item } of said) {
      const parts = sent.filter(({ messageId }) => messageId === item.messageId);
      expect(parts.map(({ index }) => index)).toEqual(parts.map((_, index) => index));
      expect(parts.map(({ final }) => final)).toEqual(parts.map((_, index) => index === parts.length - 1));
    }
  });

  it('send a command before the next part of chat, and commands in order', async () => {
    const { clock, open, say, command, sent } = outboxStage();
    open();
    say(LONG);
    const commands = [command('command'), command('command')];
    await clock.advance(2_000);
    expect(sent.slice(6, 8).map(({ messageId }) => messageId)).toEqual(
      commands.map(({ command }) => command.messageId),
    );
    expect(commands[0]?.handedOverAt).toHaveLength(1);
  });

  it('send an interrupt before waiting commands', async () => {
    const { clock, open, say, command, sent } = outboxStage();
    open();
    say('x'.repeat(5_400));
    command('command', 900);
    const interrupt = command('interrupt', 100);
    expect(sent.at(-1)?.messageId).toBe(interrupt.command.messageId);
    await clock.advance(1_010);
    expect(sent).toHaveLength(8);
  });

  it('refuse a command that does not fit the connection, and go on', () => {
    const { open, command, sent } = outboxStage();
    const large = command('command', 600);
    const next = command('command', 100);
    open({ maxPacketBytes: 500 });
    expect(large.failures).toMatchObject([
      { code: 'packet-too-large', message: expect.stringContaining('600') },
    ]);
    expect(sent.map(({ messageId }) => messageId)).toEqual([next.command.messageId]);
  });

  it('make a command when its turn comes, once, and fail it alone when that cannot be done', async () => {
    const { outbox, open, command, sent, clock } = outboxStage();
    const refused = command('command', 76, {
      packet() {
        throw new AvatarError('unsupported', 'no such command');
      },
    });
    const broken = command('interrupt', 76, {
      packet() {
        throw new TypeError('broken');
      },
    });
    let made = 0;
    const last = command('command');
    const late = command('command', 76, {
      packet() {
        made++;
        return last.command.packet();
      },
    });
    expect(made).toBe(0);
    open({ settles: (packet) => packet.reject('service-busy', { retryAfterMs: 10 }) as undefined });
    await clock.advance(100);
    expect(made).toBe(1);
    expect(refused.failures).toMatchObject([{ code: 'unsupported' }]);
    expect(broken.failures).toMatchObject([{ code: 'invalid-argument' }]);
    expect(late.failures).toMatchObject([{ code: 'service-busy' }]);
    expect(sent.length).toBeGreaterThan(1);
    outbox.close();
  });

  it('hand over one packet at a time where the connection takes one, an interrupt next', async () => {
    const { open, say, command, sent } = outboxStage();
    open({ policy: UNRATED, settles: 'by-hand', oneAtATime: true });
    const said = say('one');
    say('two', { survivesInterrupt: true });
    command('command');
    const interrupt = command('interrupt');
    const order: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      expect(sent).toHaveLength(turn + 1);
      order.push(sent[turn]?.text || (sent[turn]?.messageId ?? ''));
      sent[turn]?.take();
      await settled();
    }
    expect(order[0]).toBe('one');
    expect(order[1]).toBe(interrupt.command.messageId);
    expect(order[3]).toBe('two');
    expect(said.outcomes).toMatchObject([{ status: 'sent' }]);
  });

  it.each([
    ['has no room for a character', () => createMessageParts('m'.repeat(200)), 'packet-too-large'],
    [
      'breaks',
      () => {
        throw new TypeError('broken');
      },
      'invalid-argument',
    ],
  ] as const)('fail a message of which the cutting %s, and go on', (_how, makeParts, code) => {
    const { open, say, news } = outboxStage();
    const broken = say('', {
      parts() {
        const parts = makeParts();
        parts.append('hello');
        return parts;
      },
    });
    const next = say('next');
    open({ maxPacketBytes: 200 });
    expect(broken.outcomes).toMatchObject([{ status: 'failed', parts: 0, error: { code } }]);
    expect(news()).toMatchObject([{ messageId: next.item.messageId }]);
  });

  it('hold chat while someone holds it, and let commands go', () => {
    const { outbox, open, say, command, news } = outboxStage();
    open();
    const releaseOne = outbox.holdChat();
    const releaseOther = outbox.holdChat();
    say('held');
    command('command');
    command('interrupt', 100, { keepsChat: true });
    expect(news()).toHaveLength(2);
    releaseOne();
    releaseOne();
    expect(news()).toHaveLength(0);
    releaseOther();
    expect(news()).toMatchObject([{ text: 'held' }]);
  });
});

describe('an interrupt', () => {
  it('ends every older message with the text that was not handed over, and nothing older follows it', async () => {
    const { clock, open, say, command, sent } = outboxStage();
    open();
    const begun = say(LONG);
    const waiting = say('never begun 👍');
    command('interrupt', 100);
    const handed = sent.slice(0, -1).map(({ text }) => text);
    expect(begun.outcomes).toMatchObject([
      { status: 'interrupted', parts: 6, unsentText: LONG.slice(handed.join('').length) },
    ]);
    expect(waiting.outcomes).toMatchObject([
      { status: 'interrupted', parts: 0, unsentText: 'never begun 👍', lastHandOverAt: undefined },
    ]);
    const newer = say('newer');
    await clock.advance(3_000);
    expect(sent.slice(7).map(({ messageId }) => messageId)).toEqual([newer.item.messageId]);
  });

  it('is handed over before anybody is told about the messages it ended', () => {
    const order: string[] = [];
    const { open, say, command } = outboxStage({ onWire: ({ lane }) => order.push(`wire ${lane}`) });
    open();
    say(LONG, { onFinished: () => order.push('finished') });
    order.length = 0;
    command('interrupt', 100, { onHandedOver: () => order.push('handed over') });
    expect(order.sort()).toEqual(['finished', 'handed over', 'wire interrupt']);
  });

  it('leaves a message alone that was wholly handed over and not settled', async () => {
    const { open, say, command, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('whole');
    command('interrupt');
    expect(said.outcomes).toEqual([]);
    sent[0]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 1 }]);
  });

  it('ends a wholly handed over message whose tail is refused afterwards, instead of sending it again', async () => {
    const { clock, open, say, command, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('x'.repeat(2_500));
    command('interrupt');
    expect(news()).toHaveLength(4);
    sent[0]?.take();
    sent[1]?.reject('not-connected');
    sent[2]?.reject('not-connected');
    sent[3]?.take();
    await clock.advance(5_000);
    expect(news()).toEqual([]);
    expect(said.outcomes).toMatchObject([
      { status: 'interrupted', parts: 1, unsentText: `${sent[1]?.text}${sent[2]?.text}` },
    ]);
  });

  it('leaves in their place what survives it and, when it is a repetition, everything', () => {
    const { outbox, open, say, point, command, news } = outboxStage();
    open();
    const release = outbox.holdChat();
    const mode = point({ survivesInterrupt: true });
    const chat = say('dropped');
    command('interrupt', 100, { keepsChat: true });
    expect(chat.outcomes).toEqual([]);
    command('interrupt', 44);
    expect(chat.outcomes).toMatchObject([{ status: 'interrupted' }]);
    expect(mode.outcomes).toEqual([]);
    news();
    release();
    expect(mode.outcomes).toMatchObject([{ status: 'sent', parts: 0, bytes: 0 }]);
  });

  it('ends an open message that waits for text', () => {
    const { open, say, command } = outboxStage();
    open();
    const said = say('Once upon ', { open: true });
    command('interrupt');
    expect(said.outcomes).toMatchObject([{ status: 'interrupted' }]);
  });

  it('waits while nothing may be handed over, and is the first to go then', () => {
    const { outbox, open, say, command, sent } = outboxStage();
    open();
    outbox.pause();
    command('command');
    const interrupt = command('interrupt');
    say('newer');
    expect(sent).toEqual([]);
    outbox.resume();
    expect(sent.map(({ messageId }) => messageId)[0]).toBe(interrupt.command.messageId);
    expect(sent).toHaveLength(3);
  });
});

describe('what an item prepares', () => {
  it('begins at the head of the lane, holds the lane, and lets commands pass', async () => {
    const { open, say, command, news } = outboxStage();
    let ready = () => {};
    const prepare = vi.fn(() => {
      command('command');
      return new Promise<void>((resolve) => {
        ready = resolve;
      });
    });
    const first = say(LONG, { prepare });
    say('second');
    expect(prepare).not.toHaveBeenCalled();
    open();
    expect(prepare).toHaveBeenCalledOnce();
    expect(news().map(({ index }) => index)).toEqual([undefined]);
    ready();
    await settled();
    expect(news()).toMatchObject([{ messageId: first.item.messageId }, {}, {}, {}, {}]);
    expect(prepare).toHaveBeenCalledOnce();
  });

  it('takes no time where nothing has to be prepared', () => {
    const { open, say, news } = outboxStage();
    open();
    say('a', { prepare: () => undefined });
    expect(news()).toHaveLength(1);
  });

  it('fails that item alone when it cannot be prepared', async () => {
    const { open, say, news } = outboxStage();
    open();
    const refusal = new AvatarError('command-refused', 'no such mode');
    const rejecting = say('a', { prepare: () => Promise.reject(refusal) });
    const throwing = say('b', {
      prepare() {
        throw new TypeError('broken');
      },
    });
    const next = say('c');
    await settled();
    expect(rejecting.outcomes).toMatchObject([{ status: 'failed', unsentText: 'a', parts: 0 }]);
    expect(rejecting.outcomes[0]?.error).toBe(refusal);
    expect(throwing.outcomes).toMatchObject([
      { status: 'failed', unsentText: 'b', error: { code: 'command-refused' } },
    ]);
    expect(news().map(({ messageId }) => messageId)).toEqual([next.item.messageId]);
  });

  it.each(['withdraw', 'interrupt', 'close'] as const)('is of no consequence after a %s', async (ending) => {
    const { outbox, open, say, command, news } = outboxStage();
    open();
    let ready = () => {};
    let refuse = (_error: Error) => {};
    const one = say('a', {
      prepare: () =>
        new Promise<void>((resolve) => {
          ready = resolve;
        }),
    });
    if (ending === 'withdraw') expect(outbox.withdraw(one.item)).toBe(true);
    else if (ending === 'interrupt') command('interrupt');
    else outbox.close();
    const two = say('b', {
      prepare: () =>
        new Promise<void>((_, reject) => {
          refuse = reject;
        }),
    });
    if (ending === 'withdraw') outbox.withdraw(two.item);
    else if (ending === 'interrupt') command('interrupt', 44);
    news();
    ready();
    refuse(new Error('late'));
    await settled();
    expect(news()).toEqual([]);
    expect([...one.outcomes, ...two.outcomes]).toHaveLength(ending === 'withdraw' ? 0 : 2);
  });
});

describe('taking a message back', () => {
  it('leaves no trace of one that waits', () => {
    const { outbox, open, say, sent } = outboxStage();
    const first = say('first');
    const second = say('second');
    expect(outbox.withdraw(first.item)).toBe(true);
    open();
    expect(sent).toMatchObject([{ text: 'second' }]);
    expect(first.outcomes).toEqual([]);
    expect(second.outcomes).toEqual([]);
  });

  it('leaves no trace of one that was cut and had to wait', () => {
    const { outbox, open, say, news } = outboxStage();
    open();
    say('x'.repeat(5_200));
    news();
    const waiting = say(LONG);
    const next = say('next');
    expect(outbox.withdraw(waiting.item)).toBe(true);
    expect(news()).toMatchObject([{ messageId: next.item.messageId }]);
  });

  it('interrupts one that is partly handed over, without asking the avatar to stop', async () => {
    const { clock, outbox, open, say, news, sent } = outboxStage();
    open();
    const said = say(LONG);
    const next = say('next');
    expect(outbox.withdraw(said.item)).toBe(false);
    const handed = sent
      .filter(({ messageId }) => messageId === said.item.messageId)
      .map(({ text }) => text)
      .join('');
    expect(said.outcomes).toMatchObject([
      { status: 'interrupted', parts: 6, unsentText: LONG.slice(handed.length) },
    ]);
    news();
    await clock.advance(2_000);
    expect(news()).toMatchObject([{ messageId: next.item.messageId }]);
  });

  it('comes too late for one that is wholly handed over, finished or unknown', async () => {
    const { outbox, open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('whole');
    expect(outbox.withdraw(said.item)).toBe(false);
    sent[0]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent' }]);
    expect(outbox.withdraw(said.item)).toBe(false);
    expect(outbox.withdraw({ messageId: 'unknown', onFinished() {} })).toBe(false);
    expect(said.outcomes).toHaveLength(1);
  });
});

describe('an open message', () => {
  it('goes on whenever text was appended and the outbox is pumped', async () => {
    const { outbox, open, say, news } = outboxStage();
    open();
    const said = say('Once upon a time. ', { open: true });
    const behind = say('behind');
    const first = news();
    expect(first).toMatchObject([{ final: false }]);
    outbox.pump();
    expect(news()).toEqual([]);
    said.parts()?.append('The end.');
    said.parts()?.end();
    outbox.pump();
    const rest = news();
    expect(rest.map(({ messageId }) => messageId)).toEqual([said.item.messageId, behind.item.messageId]);
    expect(first[0]?.text + (rest[0]?.text ?? '')).toBe('Once upon a time. The end.');
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 2 }]);
  });

  it('merges the text that comes while there is no budget into one part', async () => {
    const { clock, outbox, open, say, news } = outboxStage();
    open({ policy: { ...AGORA, packetsPerSecond: 3 } });
    const said = say('one ', { open: true });
    for (const word of ['two ', 'three ', 'four ', 'five ', 'six.']) {
      said.parts()?.append(word);
      outbox.pump();
    }
    said.parts()?.end();
    outbox.pump();
    const early = news();
    expect(early).toHaveLength(2);
    await clock.advance(1_010);
    const late = news();
    expect(late).toMatchObject([{ final: true }]);
    expect([...early, ...late].map(({ text }) => text).join('')).toBe('one two three four five six.');
  });

  it('is cut anew when the size of packets changes while a part waits', async () => {
    const { outbox, open, say, sent, news } = outboxStage();
    open({ policy: UNRATED, settles: 'by-hand' });
    const said = say('x'.repeat(20_000));
    const [first] = news();
    first?.take();
    await settled();
    expect(news()).toHaveLength(1);
    outbox.detach({ lossySince: Infinity });
    expect(said.outcomes).toMatchObject([{ status: 'failed', unsentText: '' }]);

    open({ settles: 'at-once' });
    const waiting = say('x'.repeat(10_000));
    expect(news().every(({ bytes }) => bytes === 1_000)).toBe(true);
    await settled();
    outbox.detach({ lossySince: Infinity });
    open({ maxPacketBytes: 500, policy: UNRATED });
    for (let turn = 0; turn < 40; turn++) await settled();
    expect(news().every(({ bytes }) => bytes <= 500)).toBe(true);
    const text = sent
      .filter(({ messageId }) => messageId === waiting.item.messageId)
      .map(({ text }) => text)
      .join('');
    expect(text).toBe('x'.repeat(10_000));
    expect(waiting.outcomes).toMatchObject([{ status: 'sent' }]);
  });
});
