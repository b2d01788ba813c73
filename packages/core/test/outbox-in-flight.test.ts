import { describe, expect, it } from 'vitest';
import { outboxStage, type Said, type Sent, settled, UNRATED } from './support/outbox-stage';

/** Three packets over Agora. */
const THREE = 'x'.repeat(2_500);

const ids = (packets: readonly Sent[]) => packets.map(({ messageId, index }) => `${messageId}/${index}`);
const textOf = (packets: readonly Sent[], { item }: Said) =>
  packets
    .filter(({ messageId }) => messageId === item.messageId)
    .map(({ text }) => text)
    .join('');

describe('sends in flight', () => {
  it('are several, in order, and a message is sent when all its parts are taken', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say(THREE);
    const next = say('next');
    expect(ids(sent)).toEqual(['m0/0', 'm0/1', 'm0/2', 'm1/0']);
    sent[3]?.take();
    sent[2]?.take();
    sent[0]?.take();
    await settled();
    expect(said.outcomes).toEqual([]);
    expect(next.outcomes).toMatchObject([{ status: 'sent' }]);
    sent[1]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 3, unsentText: '' }]);
  });
});

describe('after a rejection', () => {
  it('nothing but an interrupt is handed over until everything in flight has settled', async () => {
    const { open, say, command, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    say(THREE);
    news();
    sent[1]?.reject('network');
    await settled();
    say('next');
    command('command');
    expect(news()).toEqual([]);
    command('interrupt', 100, { keepsChat: true });
    expect(news()).toHaveLength(1);
    sent[0]?.take();
    sent[2]?.take();
    await settled();
    expect(news()).toEqual([]);
    sent[3]?.take();
    await settled();
    expect(news()).toHaveLength(2);
  });

  it('as not connected, an interrupt waits as well, for it would be lost', async () => {
    const { outbox, open, say, command, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    say(THREE);
    news();
    sent[1]?.reject('not-connected');
    await settled();
    const interrupt = command('interrupt', 100);
    expect(news()).toEqual([]);
    sent[2]?.reject('network');
    await settled();
    expect(news()).toEqual([]);
    sent[0]?.take();
    await settled();
    outbox.resume();
    expect(news()).toMatchObject([{ messageId: interrupt.command.messageId }]);
  });

  it('a message goes back to the first part that was not connected, when the connection is back', async () => {
    const { outbox, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say(THREE);
    const next = say('next');
    news();
    sent[0]?.take();
    sent[1]?.reject('not-connected');
    sent[2]?.reject('not-connected');
    sent[3]?.reject('not-connected');
    outbox.pause();
    await settled();
    expect(news()).toEqual([]);
    expect(said.progress.at(-1)).toMatchObject({ parts: 1, bytes: 1_000 });
    outbox.resume();
    const again = news();
    expect(ids(again)).toEqual(['m0/1', 'm0/2', 'm1/0']);
    for (const packet of again) packet.take();
    await settled();
    expect([...said.outcomes, ...next.outcomes]).toMatchObject([
      { status: 'sent', parts: 3 },
      { status: 'sent', parts: 1 },
    ]);
    expect(`${sent[0]?.text}${textOf(again, said)}`).toBe(THREE);
  });

  it('as not connected, and nobody says that it is back, it is tried again every second', async () => {
    const { clock, open, say, command, sent, news } = outboxStage();
    let connected = false;
    open({ settles: (packet) => (connected ? packet.take() : packet.reject('not-connected')) as undefined });
    const said = say('hello');
    await clock.advance(5_000);
    expect(sent).toHaveLength(5);
    expect(said.outcomes).toEqual([]);
    connected = true;
    news();
    command('interrupt', 100, { keepsChat: true });
    expect(news()).toEqual([]);
    await clock.advance(1_010);
    expect(news()).toHaveLength(2);
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 1 }]);
  });

  it('a message fails as uncertain when the transport does not say that nothing was sent', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('x'.repeat(10_000));
    const next = say('next');
    for (const [index, packet] of sent.entries()) {
      if (index === 2) packet.reject('send-unsettled');
      else packet.take();
    }
    await settled();
    const handed = textOf(sent, said);
    expect(said.outcomes).toMatchObject([
      {
        status: 'failed',
        parts: 5,
        bytes: 5_000,
        unsentText: 'x'.repeat(10_000 - handed.length),
        error: {
          code: 'delivery-uncertain',
          unsentText: 'x'.repeat(10_000 - handed.length),
          cause: { code: 'send-unsettled' },
        },
      },
    ]);
    expect(next.outcomes).toEqual([]);
  });

  it('a failed message says when its last taken part was handed over, in whatever order they settled', async () => {
    const { clock, open, say, sent } = outboxStage();
    const start = clock.now();
    open({ settles: 'by-hand' });
    const said = say('x'.repeat(10_000));
    for (const packet of sent.slice(1)) packet.take();
    await clock.advance(1_010);
    sent.at(-1)?.reject('network');
    for (const packet of sent.slice(6, -1)) packet.take();
    await settled();
    sent[0]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'failed', parts: 10, lastHandOverAt: start + 1_010 }]);
  });

  it('a message fails when a part was not connected and a later one went through, and the text of neither is called unsent', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say(THREE);
    sent[0]?.reject('not-connected');
    sent[1]?.take();
    sent[2]?.reject('not-connected');
    await settled();
    expect(said.outcomes).toMatchObject([
      {
        status: 'failed',
        parts: 1,
        unsentText: sent[2]?.text,
        error: { code: 'delivery-uncertain', cause: { code: 'not-connected' } },
      },
    ]);
  });

  it('of its tail, a message fails when the next one went through, which goes on', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say(THREE);
    const next = say(THREE);
    news();
    sent[2]?.reject('not-connected');
    for (const index of [0, 1, 3, 4, 5]) sent[index]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'failed', parts: 2, unsentText: sent[2]?.text }]);
    expect(next.outcomes).toMatchObject([{ status: 'sent' }]);
    await clock.advance(5_000);
    expect(news()).toEqual([]);
  });

  it('of its tail, a message fails when the next one may have gone through', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('older');
    const next = say('newer');
    news();
    sent[0]?.reject('not-connected');
    sent[1]?.reject('send-unsettled');
    await clock.advance(5_000);
    expect(said.outcomes).toMatchObject([{ status: 'failed', parts: 0, unsentText: 'older' }]);
    expect(next.outcomes).toMatchObject([{ status: 'failed', parts: 0, unsentText: '' }]);
    expect(news()).toEqual([]);
  });

  it('of both tails, the newer message goes on although the older one failed', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say(THREE);
    const next = say(THREE);
    news();
    sent[0]?.take();
    sent[1]?.reject('network');
    for (const index of [2, 3]) sent[index]?.take();
    for (const index of [4, 5]) sent[index]?.reject('not-connected');
    await clock.advance(1_010);
    expect(said.outcomes).toMatchObject([{ status: 'failed', parts: 2, unsentText: '' }]);
    expect(ids(news())).toEqual(['m1/1', 'm1/2']);
    expect(next.outcomes).toEqual([]);
  });

  it('a message fails when what came after it was prepared meanwhile, as a change of mode', async () => {
    const { clock, open, say, point, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('in the old mode');
    point({ prepare: () => Promise.resolve() });
    const next = say('in the new mode');
    await settled();
    sent[0]?.reject('not-connected');
    sent[1]?.reject('not-connected');
    news();
    await clock.advance(1_010);
    expect(said.outcomes).toMatchObject([{ status: 'failed', unsentText: 'in the old mode' }]);
    expect(ids(news())).toEqual([`${next.item.messageId}/0`]);
  });

  it('a command fails with what the transport said, at once', async () => {
    const { open, command, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const refused = command('command');
    command('command');
    sent[0]?.reject('network');
    await settled();
    expect(refused.failures).toMatchObject([{ code: 'network' }]);
    expect(refused.handedOverAt).toHaveLength(1);
  });

  it('what was thrown counts as a rejection, and what is not ours is wrapped', async () => {
    const { outbox, say } = outboxStage();
    const cause = new TypeError('broken adapter');
    outbox.open({
      policy: UNRATED,
      maxPacketBytes: 1_000,
      send() {
        throw cause;
      },
    });
    const said = say('a');
    expect(said.outcomes).toMatchObject([
      { status: 'failed', parts: 0, unsentText: '', error: { code: 'delivery-uncertain' } },
    ]);
    expect(said.outcomes[0]?.error?.cause).toMatchObject({ code: 'network', cause });
  });
});

describe('a busy service', () => {
  const busy = { retryAfterMs: 1_050 };

  it('is left alone for as long as it asks, interrupts included, and gets the same part again', async () => {
    const { clock, open, say, command, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say(THREE);
    news();
    sent[0]?.take();
    sent[1]?.reject('service-busy', busy);
    sent[2]?.reject('service-busy', busy);
    await settled();
    command('interrupt', 100, { keepsChat: true });
    await clock.advance(1_049);
    expect(news()).toEqual([]);
    await clock.advance(1);
    const again = news();
    expect(ids(again).slice(1)).toEqual(['m0/1', 'm0/2']);
    for (const packet of again) packet.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 3 }]);
  });

  it.each([60_001, 1e12, Infinity])(
    'that asks for %d ms, more than a minute, fails the message and the command at once, and holds nobody up',
    async (retryAfterMs) => {
      const { clock, open, say, command, sent } = outboxStage();
      open({
        settles: (packet) =>
          (sent.length < 3 ? packet.reject('service-busy', { retryAfterMs }) : packet.take()) as undefined,
      });
      const said = say('hello');
      const commanded = command('command', 100);
      const next = say('you');
      await clock.advance(10);
      const error = { code: 'service-busy', retryAfterMs };
      expect(said.outcomes).toMatchObject([{ status: 'failed', unsentText: 'hello', error }]);
      expect(commanded.failures).toMatchObject([error]);
      expect(next.outcomes).toMatchObject([{ status: 'sent' }]);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('gets the same part twice more, then the message fails', async () => {
    const { clock, open, say, sent } = outboxStage();
    open({ settles: (packet) => packet.reject('service-busy', busy) as undefined });
    const said = say('hello');
    await clock.advance(10_000);
    expect(sent).toHaveLength(3);
    expect(said.outcomes).toMatchObject([
      {
        status: 'failed',
        parts: 0,
        unsentText: 'hello',
        error: { code: 'service-busy', retryable: true, retryAfterMs: 1_050 },
      },
    ]);
  });

  it('counts anew for each part', async () => {
    const { clock, open, say, sent } = outboxStage();
    let attempt = 0;
    const oneAtATime = { ...UNRATED, maxPacketBytes: 1_000, maxUnsettledBytes: 1_000 };
    open({
      settles: (packet) =>
        (attempt++ % 3 === 2 ? packet.take() : packet.reject('service-busy', busy)) as undefined,
      policy: oneAtATime,
    });
    const said = say(THREE);
    await clock.advance(30_000);
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 3 }]);
    expect(sent.map(({ index }) => index)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  });

  it('gets commands twice more too, and says once that they were handed over', async () => {
    const { clock, open, command, sent } = outboxStage();
    open({ settles: (packet) => packet.reject('service-busy', busy) as undefined });
    const interrupt = command('interrupt');
    await clock.advance(10_000);
    expect(sent).toHaveLength(3);
    expect(interrupt.handedOverAt).toHaveLength(1);
    expect(interrupt.failures).toMatchObject([{ code: 'service-busy' }]);
  });

  it.each(['went', 'may have gone'])(
    'does not get a command again after something newer %s through',
    async (how) => {
      const { clock, open, command, sent } = outboxStage();
      open({ settles: 'by-hand' });
      const older = command('command');
      command('command');
      sent[0]?.reject('service-busy', busy);
      if (how === 'went') sent[1]?.take();
      else sent[1]?.reject('network');
      await clock.advance(5_000);
      expect(older.failures).toMatchObject([{ code: 'service-busy' }]);
      expect(sent).toHaveLength(2);
    },
  );

  it('that does not say for how long fails the message, of which nothing was sent', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('hello');
    sent[0]?.reject('service-busy');
    await settled();
    expect(said.outcomes).toMatchObject([
      { status: 'failed', unsentText: 'hello', error: { code: 'service-busy', unsentText: 'hello' } },
    ]);
  });
});

describe('a service that will not have it', () => {
  it('fails that message with its own code, also when a newer one went through', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const refused = say('one');
    const next = say('two');
    sent[1]?.take();
    sent[0]?.reject('service-refused', { serviceCode: 1_001 });
    await settled();
    expect(refused.outcomes).toMatchObject([
      {
        status: 'failed',
        parts: 0,
        unsentText: 'one',
        error: { code: 'service-refused', serviceCode: 1_001, retryable: false, unsentText: 'one' },
      },
    ]);
    expect(next.outcomes).toMatchObject([{ status: 'sent' }]);
  });

  it('leaves a message in doubt of which a later part went through', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: ({ index }) => (index === 2 ? undefined : Promise.resolve()) });
    const said = say('x'.repeat(4_000));
    await settled();
    sent[2]?.reject('packet-too-large');
    await settled();
    expect(said.outcomes).toMatchObject([
      { status: 'failed', unsentText: '', error: { code: 'delivery-uncertain' } },
    ]);
  });
});
