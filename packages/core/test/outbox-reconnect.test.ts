import { describe, expect, it } from 'vitest';
import { AvatarError } from '../src/errors';
import { AGORA, outboxStage, type Sent, settled, UNRATED } from './support/outbox-stage';

const LONG = 'x'.repeat(10_000);
const lettersOf = (packets: readonly Sent[]) =>
  packets.reduce((letters, { text }) => letters + text.length, 0);

describe('before a connection is open and while it is paused', () => {
  it('nothing is handed over and nothing is scheduled', async () => {
    const { clock, outbox, open, say, command, sent } = outboxStage();
    say(LONG);
    command('command');
    command('interrupt', 100, { keepsChat: true });
    expect(clock.pendingTimers).toBe(0);
    open();
    outbox.pause();
    const handed = sent.length;
    await clock.advance(10_000);
    outbox.pump();
    expect(sent).toHaveLength(handed);
    expect(clock.pendingTimers).toBe(0);
    outbox.resume();
    await clock.advance(1_010);
    expect(sent.length).toBeGreaterThan(handed);
  });

  it('what is in flight may still settle', async () => {
    const { outbox, open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('hello');
    outbox.pause();
    sent[0]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent' }]);
  });
});

describe('a connection that comes back', () => {
  it('goes on with the next part when nothing was lost', async () => {
    const { clock, outbox, open, say, sent } = outboxStage();
    open();
    const said = say(LONG);
    await settled();
    outbox.pause();
    await clock.advance(3_000);
    outbox.resume();
    await clock.advance(1_010);
    expect(sent.map(({ index }) => index)).toEqual([...sent.keys()]);
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 11 }]);
  });

  it('fails a message of which parts may be lost and others remain, with the text that remains', async () => {
    const { clock, outbox, open, say, sent, news } = outboxStage();
    open();
    const said = say(LONG);
    const next = say('next');
    const heardAt = clock.now() - 1;
    await settled();
    outbox.pause();
    await clock.advance(2_000);
    news();
    outbox.resume({ lossySince: heardAt });
    const unsentText = LONG.slice(lettersOf(sent.slice(0, 6)));
    expect(said.outcomes).toMatchObject([
      { status: 'failed', parts: 6, unsentText, error: { code: 'delivery-uncertain', unsentText } },
    ]);
    await clock.advance(1_010);
    expect(news().map(({ messageId }) => messageId)).toEqual([next.item.messageId]);
  });

  it('charges what the pause may have held back for a second after it', async () => {
    const { clock, outbox, open, say, news } = outboxStage();
    open();
    say(LONG);
    await settled();
    outbox.pause();
    await clock.advance(60_000);
    news();
    outbox.resume();
    await clock.advance(1_009);
    expect(news()).toEqual([]);
    await clock.advance(1);
    expect(news().length).toBeGreaterThan(0);
  });

  it('goes on with a message of which every part was handed over before the avatar was last heard', async () => {
    const { clock, outbox, open, say } = outboxStage();
    open();
    const said = say(LONG);
    await settled();
    outbox.pause();
    const heardAt = clock.now();
    await clock.advance(2_000);
    outbox.resume({ lossySince: heardAt });
    await clock.advance(1_010);
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 11 }]);
  });

  it('lets a wholly handed over message settle, and fails it rather than send its tail after a possible gap', async () => {
    const { outbox, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const settling = say('x'.repeat(1_500));
    const doubtful = say('x'.repeat(1_500));
    news();
    sent[0]?.take();
    sent[1]?.take();
    sent[2]?.take();
    outbox.pause();
    outbox.resume({ lossySince: 0 });
    sent[3]?.reject('not-connected');
    await settled();
    expect(settling.outcomes).toMatchObject([{ status: 'sent' }]);
    expect(doubtful.outcomes).toMatchObject([{ status: 'failed', parts: 1, unsentText: sent[3]?.text }]);
  });

  it('sends a message again of which nothing was taken, also when that is known only afterwards', async () => {
    const { clock, outbox, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('hello');
    outbox.pause();
    outbox.resume({ lossySince: 0 });
    news();
    sent[0]?.reject('not-connected');
    await clock.advance(1_010);
    expect(news()).toHaveLength(1);
    sent[1]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 1 }]);
  });

  it('sends a message again of which nothing was taken, although other packets may be lost', async () => {
    const { outbox, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('hello');
    outbox.pause();
    sent[0]?.reject('not-connected');
    await settled();
    outbox.resume({ lossySince: 0 });
    expect(news()).toHaveLength(2);
    sent[1]?.take();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 1 }]);
  });
});

describe('a connection that is gone', () => {
  it('leaves what waits for the next one, in order', async () => {
    const { outbox, open, say, command, sent, news } = outboxStage();
    open();
    outbox.pause();
    const first = say('first');
    const queued = command('command');
    outbox.detach({ lossySince: 0 });
    expect([...first.outcomes, ...queued.failures]).toEqual([]);
    outbox.resume();
    expect(sent).toEqual([]);
    open();
    expect(news().map(({ messageId }) => messageId)).toEqual([
      queued.command.messageId,
      first.item.messageId,
    ]);
  });

  it('counts what is in flight as lost, and ignores what is said about it later', async () => {
    const { outbox, open, say, command, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const whole = say('whole');
    const partly = say(LONG);
    const lost = command('interrupt', 100, { keepsChat: true });
    outbox.detach({ lossySince: Infinity });
    expect(whole.outcomes).toMatchObject([
      {
        status: 'failed',
        parts: 0,
        unsentText: '',
        error: { code: 'delivery-uncertain', cause: { code: 'network' } },
      },
    ]);
    expect(partly.outcomes).toMatchObject([{ status: 'failed', parts: 0 }]);
    expect(partly.outcomes[0]?.unsentText).toBe(LONG.slice(lettersOf(sent.slice(1))));
    expect(lost.failures).toMatchObject([{ code: 'network' }]);
    for (const packet of sent) packet.take();
    await settled();
    expect(whole.outcomes).toHaveLength(1);
    expect(lost.failures).toHaveLength(1);
    expect(outbox.use().unsettledBytes).toBe(0);
  });

  it('ends a message of which taken parts may be lost', async () => {
    const { clock, outbox, open, say, sent, news } = outboxStage();
    open();
    const said = say(LONG);
    const heardAt = clock.now() - 1;
    await settled();
    outbox.detach({ lossySince: heardAt });
    expect(said.outcomes).toMatchObject([
      {
        status: 'failed',
        parts: 6,
        unsentText: LONG.slice(lettersOf(sent)),
        error: { code: 'delivery-uncertain' },
      },
    ]);
    news();
    open();
    expect(news()).toEqual([]);
  });

  it('goes on with a message on the next one when all its parts were heard', async () => {
    const { clock, outbox, open, say, sent } = outboxStage();
    open();
    const said = say(LONG);
    await settled();
    outbox.detach({ lossySince: clock.now() });
    await clock.advance(5_000);
    open();
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 11 }]);
    expect(sent.map(({ text }) => text).join('')).toBe(LONG);
  });

  it('leaves the last second charged', async () => {
    const { clock, outbox, open, say, news } = outboxStage();
    open();
    say('x'.repeat(5_000));
    say('more');
    await settled();
    outbox.detach({ lossySince: clock.now() });
    news();
    say('x'.repeat(2_000));
    await clock.advance(500);
    open();
    expect(news()).toEqual([]);
    await clock.advance(510);
    expect(news()).toHaveLength(3);
  });

  it('forgets on the next one that the service was busy or not connected', async () => {
    const { outbox, open, say, news } = outboxStage();
    open({ settles: (packet) => packet.reject('service-busy', { retryAfterMs: 60_000 }) as undefined });
    const said = say('hello');
    await settled();
    outbox.detach({ lossySince: 0 });
    news();
    open();
    expect(news()).toHaveLength(1);
    await settled();
    expect(said.outcomes).toMatchObject([{ status: 'sent' }]);
  });

  it('is gone as well when another is opened in its place', async () => {
    const { open, say, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const said = say('hello');
    open();
    expect(said.outcomes).toMatchObject([{ status: 'failed', error: { code: 'delivery-uncertain' } }]);
    sent[0]?.take();
    await settled();
    expect(said.outcomes).toHaveLength(1);
  });

  it('is not opened with a policy that cannot be kept, and the old one stays', () => {
    const { open, say, sent } = outboxStage();
    open();
    expect(() => open({ policy: { ...AGORA, packetsPerSecond: 1 } })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining('packetsPerSecond'),
      }),
    );
    say('hello');
    expect(sent).toHaveLength(1);
  });
});

describe('closing', () => {
  it('ends every item and every command, once, and leaves no timer', async () => {
    const { clock, outbox, open, say, point, command, sent } = outboxStage();
    open({ settles: 'by-hand' });
    const settling = say('handed over');
    const inFlight = command('command');
    const partly = say(LONG);
    const waiting = say('waiting');
    const mode = point({ survivesInterrupt: true });
    const queued = command('command', 1_000);
    for (const packet of sent) packet.take();
    await settled();
    expect(clock.pendingTimers).toBe(1);
    const reason = new AvatarError('network', 'gone');
    const unsettled = say('x');
    outbox.close(reason);
    outbox.close();
    expect(clock.pendingTimers).toBe(0);
    expect(settling.outcomes).toMatchObject([{ status: 'sent' }]);
    expect(inFlight.failures).toEqual([]);
    expect(partly.outcomes).toMatchObject([{ status: 'closed', parts: 5 }]);
    expect(partly.outcomes[0]?.unsentText.length).toBe(
      10_000 - lettersOf(sent.filter(({ messageId }) => messageId === partly.item.messageId)),
    );
    expect([...waiting.outcomes, ...mode.outcomes, ...unsettled.outcomes]).toMatchObject([
      { status: 'closed', unsentText: 'waiting' },
      { status: 'closed', unsentText: '' },
      { status: 'closed', unsentText: 'x' },
    ]);
    expect(queued.failures).toEqual([reason]);
    for (const packet of sent) packet.reject('network');
    await clock.advance(60_000);
    expect([...settling.outcomes, ...partly.outcomes, ...waiting.outcomes]).toHaveLength(3);
  });

  it('ends what is in flight and not settled', async () => {
    const { outbox, open, say, command, sent } = outboxStage();
    open({ settles: 'by-hand', policy: UNRATED });
    const said = say('hello');
    const inFlight = command('interrupt', 100, { keepsChat: true });
    outbox.close();
    expect(said.outcomes).toMatchObject([{ status: 'closed', parts: 1, unsentText: '' }]);
    expect(inFlight.failures).toMatchObject([{ code: 'not-connected' }]);
    for (const packet of sent) packet.take();
    await settled();
    expect(said.outcomes).toHaveLength(1);
    expect(outbox.use()).toMatchObject({ unsettledBytes: 0, queued: 0 });
  });

  it('is for good: later items end at once and later calls do nothing', () => {
    const { clock, outbox, open, say, command, sent } = outboxStage();
    outbox.close();
    expect(say('late').outcomes).toMatchObject([{ status: 'closed', unsentText: 'late' }]);
    expect(command('interrupt').failures).toMatchObject([{ code: 'not-connected' }]);
    open();
    outbox.resume();
    outbox.pause();
    outbox.pump();
    outbox.detach({ lossySince: 0 });
    outbox.holdChat()();
    expect(sent).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    expect(outbox.queuedTextBytes).toBe(0);
  });
});
