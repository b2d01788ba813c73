import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { createMessageParts } from '../src/delivery/chunker';
import type { OutgoingChat, WireRecord } from '../src/delivery/outgoing';
import { AGORA, outboxStage, settled, UNRATED } from './support/outbox-stage';

const LONG = 'x'.repeat(10_000);

describe('callbacks of an outbox', () => {
  it('may enqueue, interrupt and close', async () => {
    const { outbox, open, say, command, sent } = outboxStage();
    open();
    const order: string[] = [];
    const last = say('last', { onFinished: () => order.push('last') });
    say('first', {
      onFinished() {
        order.push('first');
        say('from within', { onFinished: ({ status }) => order.push(`from within: ${status}`) });
        command('interrupt', 76, {
          onHandedOver() {
            order.push('interrupt');
            outbox.close();
          },
        });
        say('too late', { onFinished: ({ status }) => order.push(`too late: ${status}`) });
      },
    });
    await settled();
    expect(last.outcomes).toEqual([]);
    // The close came before the last two had settled.
    expect(order).toEqual(['last', 'first', 'interrupt', 'from within: closed', 'too late: closed']);
    expect(sent.map(({ text }) => text)).toEqual(['last', 'first', 'from within', '', 'too late']);
  });

  it('of a command say when it was handed over, and when it was taken', async () => {
    const { open, command, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const order: string[] = [];
    const watch = (name: string) => ({
      onHandedOver: () => order.push(`${name} handed over`),
      onTaken: () => order.push(`${name} taken`),
      onFailed: () => order.push(`${name} failed`),
    });
    command('command', 76, watch('first'));
    command('interrupt', 76, watch('second'));
    await settled();
    sent[1]?.reject('network');
    sent[0]?.take();
    await settled();
    expect(order).toEqual(['first handed over', 'second handed over', 'second failed', 'first taken']);
  });

  it('that throw are reported and stop nobody', async () => {
    const thrown: unknown[] = [];
    const { open, say, command, sent } = outboxStage({ onCallbackError: (error) => thrown.push(error) });
    open();
    const fail = (what: string) => () => {
      throw what;
    };
    say('a', { onProgress: fail('progress'), onFinished: fail('finished') });
    command('command', 76, { onHandedOver: fail('handed over') });
    const next = say('b');
    await settled();
    expect(next.outcomes).toMatchObject([{ status: 'sent' }]);
    expect(sent).toHaveLength(3);
    expect(thrown.sort()).toEqual(['finished', 'handed over', 'progress']);
  });

  it('that throw reach the host when nobody wants the report', async () => {
    const queued: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (callback: () => void) => queued.push(callback));
    try {
      const { outbox, open, say } = outboxStage();
      outbox.close();
      open();
      const { createOutbox } = await import('../src/delivery/outbox');
      const plain = createOutbox({ clock: outboxStage().clock });
      plain.close();
      plain.enqueueChat({
        messageId: 'm',
        onFinished() {
          throw new Error('in a callback');
        },
      });
      say('unused');
      expect(queued).toHaveLength(1);
      expect(queued[0]).toThrow('in a callback');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('see a transport that answers within send', async () => {
    const { outbox, open, say, sent } = outboxStage();
    open({
      settles() {
        outbox.pump();
        if (sent.length === 1) outbox.close();
        return undefined;
      },
    });
    const said = say(LONG);
    expect(sent).toHaveLength(1);
    expect(said.outcomes).toMatchObject([{ status: 'closed', parts: 1 }]);
  });

  it('hear of every hand-over with growing progress', async () => {
    const { clock, open, say, sent } = outboxStage();
    open();
    const said = say(LONG);
    await clock.advance(2_000);
    expect(said.progress.map(({ parts }) => parts)).toEqual(sent.map((_, index) => index + 1));
    expect(said.progress.at(-1)).toEqual({
      parts: 11,
      bytes: sent.reduce((total, { bytes }) => total + bytes, 0),
      sentTextBytes: 10_000,
      totalTextBytes: 10_000,
    });
  });
});

describe('the tap of an outbox', () => {
  it('sees every packet with its lane, message, part and the budget used', async () => {
    const records: WireRecord[] = [];
    const { clock, open, say, command } = outboxStage({ onWire: (record) => records.push(record) });
    open();
    const said = say('x'.repeat(1_500));
    const sent = command('command', 76);
    const at = clock.now();
    expect(records).toMatchObject([
      {
        at,
        direction: 'out',
        lane: 'chat',
        messageId: said.item.messageId,
        part: 0,
        final: false,
        budget: { packets: 1, bytes: 1_000 },
      },
      { lane: 'chat', part: 1, final: true, budget: { packets: 2, queued: 0, bytesPerSecond: 6_144 } },
      { lane: 'command', messageId: sent.command.messageId, budget: { packets: 3 } },
    ]);
    expect(records[2]?.data).toBe(sent.command.packet());
    expect(records[2]).not.toHaveProperty('part');
  });

  it('names the message of a part where one place in the lane carries several', () => {
    const records: WireRecord[] = [];
    const { open, say } = outboxStage({ onWire: (record) => records.push(record) });
    open();
    const parts = createMessageParts('inner');
    parts.append('hello');
    parts.end();
    say('', {
      parts: () => ({ ...parts, done: true, totalTextBytes: 5, next: once((bytes) => parts.next(bytes)) }),
    });
    expect(records).toMatchObject([{ messageId: 'inner' }]);

    function once(next: (bytes: number) => ReturnType<typeof parts.next>) {
      let asked = false;
      return (bytes: number) => {
        if (asked) return undefined;
        asked = true;
        const part = next(bytes);
        return part && { ...part, messageId: 'inner' };
      };
    }
  });

  it('makes no record while nobody listens', () => {
    const onWire = vi.fn();
    const { open, say } = outboxStage({ onWire, isTapped: () => false });
    open();
    say('hello');
    expect(onWire).not.toHaveBeenCalled();
  });
});

describe('memory of an outbox', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');

  it('holds no item after close, even one of which the transport never answers', async () => {
    const stage = outboxStage();
    stage.open({ settles: 'by-hand' });
    const references = [LONG, 'waiting'].map((text) => new WeakRef(untold(text)));
    function untold(text: string): OutgoingChat {
      const item: OutgoingChat = { messageId: 'm', parts: () => parts(text), onFinished() {} };
      stage.outbox.enqueueChat(item);
      return item;
    }
    await settled();
    stage.outbox.close();
    await settled();
    collectGarbage();
    expect(references.map((reference) => reference.deref())).toEqual([undefined, undefined]);
    expect(stage.sent).toHaveLength(6);
  });

  it('stays flat over two hundred thousand messages', { timeout: 60_000 }, async () => {
    const { outbox, clock } = outboxStage();
    outbox.open({ policy: UNRATED, maxPacketBytes: 15_000, send: () => Promise.resolve() });
    let finished = 0;
    const heap: number[] = [];
    const packet = createMessageParts('m');
    packet.append('hello');
    packet.end();
    const part = packet.next(1_000);
    if (!part) throw new Error('no part');
    for (let count = 0; count < 200_000; count++) {
      outbox.enqueueChat({ messageId: 'm', parts: () => onePart(part), onFinished: () => finished++ });
      if (count % 50 === 49) await Promise.resolve();
      if (count % 10_000 === 9_999) await clock.advance(10);
      if (count % 50_000 !== 49_999) continue;
      await settled();
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    }
    await settled();
    expect(finished).toBe(200_000);
    expect((heap.at(-1) ?? 0) - (heap[0] ?? 0)).toBeLessThan(1_000_000);
  });

  it('takes a hundred thousand waiting messages back or drops them without a scan for each', {
    timeout: 20_000,
  }, () => {
    const { outbox, command, open } = outboxStage();
    open({ policy: AGORA });
    outbox.pause();
    const items = Array.from(
      { length: 100_000 },
      (_, index): OutgoingChat => ({
        messageId: `${index}`,
        parts: () => parts('a'),
        onFinished: () => ended++,
      }),
    );
    let ended = 0;
    for (const item of items) outbox.enqueueChat(item);
    const start = performance.now();
    for (const item of items.slice(0, 99_000).reverse()) outbox.withdraw(item);
    expect(outbox.use().queued).toBe(1_000);
    command('interrupt');
    expect(ended).toBe(1_000);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  function parts(text: string) {
    const made = createMessageParts('m');
    made.append(text);
    made.end();
    return made;
  }

  function onePart(part: NonNullable<ReturnType<ReturnType<typeof createMessageParts>['next']>>) {
    let done = false;
    return {
      next() {
        const next = done ? undefined : part;
        done = true;
        return next;
      },
      get done() {
        return done;
      },
      totalTextBytes: 5,
      rewindTo() {
        done = false;
      },
      remainingText: () => '',
      append() {},
      end() {},
    };
  }
});
