import { describe, expect, it, vi } from 'vitest';
import { type RatePolicy, ratePolicies } from '../src/delivery/rate-policies';
import { AGORA, outboxStage, settled, UNRATED } from './support/outbox-stage';

const TEN_THOUSAND_LETTERS = 'x'.repeat(10_000);

describe('an outbox over a rated network', () => {
  it('hands a whole second over at once, in packets that use it up, and the next one when the second and the guard are over', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    const start = clock.now();
    open();
    const said = say(TEN_THOUSAND_LETTERS);
    expect(news().map(({ bytes }) => bytes)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
    await clock.advance(1_009);
    expect(news()).toEqual([]);
    await clock.advance(1);
    expect(news()).toHaveLength(5);
    expect(sent.map(({ at }) => at - start)).toEqual([0, 0, 0, 0, 0, 0, 1_010, 1_010, 1_010, 1_010, 1_010]);
    expect(sent.map(({ text }) => text).join('')).toBe(TEN_THOUSAND_LETTERS);
    expect(said.outcomes).toMatchObject([
      { status: 'sent', parts: 11, unsentText: '', lastHandOverAt: start + 1_010 },
    ]);
    expect(said.outcomes[0]?.bytes).toBe(sent.reduce((total, { bytes }) => total + bytes, 0));
  });

  it.each([
    ['agora', ratePolicies.agora, 1_024, 1_000],
    ['trtc', ratePolicies.trtc, 1_000, 984],
    ['livekit', ratePolicies.livekit, 15_000, 15_000],
    ['agora on a connection with small packets', ratePolicies.agora, 700, 666],
    ['a policy whose packets run out before its bytes', { ...AGORA, packetsPerSecond: 5 }, 1_024, 1_024],
    [
      'a policy where smaller packets would carry less',
      { ...AGORA, bytesPerSecond: 1_144 + 100 },
      1_024,
      1_024,
    ],
  ] satisfies [string, RatePolicy, number, number][])(
    'fills packets of the right size for %s',
    (_name, policy, maxPacketBytes, expected) => {
      const { open, say, sent } = outboxStage();
      open({ policy, maxPacketBytes, settles: 'by-hand' });
      say('x'.repeat(40_000));
      expect(sent[0]?.bytes).toBe(expected);
    },
  );

  it('lets a short message leave at once while there is budget, also behind a long one that fits', () => {
    const { open, say, news } = outboxStage();
    open();
    say('x'.repeat(4_000));
    expect(news()).toHaveLength(5);
    say('Hello');
    expect(news()).toMatchObject([{ text: 'Hello', final: true }]);
  });

  it('does not cut a small part because little budget is left, but lets a last part go that fits', () => {
    const long = outboxStage();
    long.open();
    long.command('command', 800);
    long.news();
    long.say(TEN_THOUSAND_LETTERS);
    const parts = long.news();
    expect(parts.map(({ bytes }) => bytes)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);

    const { open, say, command, sent, news } = outboxStage();
    open();
    command('command', 800);
    news();
    say('x'.repeat(parts.reduce((letters, { text }) => letters + text.length, 50)));
    expect(news().map(({ bytes }) => bytes < 200)).toEqual([false, false, false, false, false, true]);
    expect(sent.at(-1)?.final).toBe(true);
  });

  it('sends no more than 29 packets a second besides interrupts', async () => {
    const { clock, open, say, news } = outboxStage();
    open();
    for (let count = 0; count < 40; count++) say('a');
    expect(news()).toHaveLength(29);
    await clock.advance(1_009);
    expect(news()).toHaveLength(0);
    await clock.advance(1);
    expect(news()).toHaveLength(11);
  });

  it('charges commands to the same budget', () => {
    const { open, command, say, news } = outboxStage();
    open();
    for (let count = 0; count < 28; count++) command('command');
    say('a');
    say('b');
    expect(news()).toHaveLength(29);
  });

  it('keeps the reserve for an interrupt, which waits only for another interrupt', async () => {
    const { clock, open, say, command, news } = outboxStage();
    open();
    say(TEN_THOUSAND_LETTERS);
    expect(news()).toHaveLength(6);
    command('interrupt', 100);
    expect(news()).toHaveLength(1);
    const second = command('interrupt', 100);
    expect(news()).toHaveLength(0);
    await clock.advance(1_010);
    expect(news().map(({ messageId }) => messageId)).toEqual([second.command.messageId]);
  });

  it('holds lower lanes back while an interrupt waits', async () => {
    const { clock, open, say, command, news } = outboxStage();
    open();
    say('x'.repeat(5_400));
    command('interrupt', 100);
    command('interrupt', 100);
    command('command', 76);
    say('newer');
    await clock.advance(1_010);
    expect(news().map(({ messageId }) => messageId.replace(/-?\d+$/, ''))).toEqual([
      ...['m', 'm', 'm', 'm', 'm', 'm'],
      ...['interrupt', 'interrupt', 'command', 'm'],
    ]);
  });

  it('has one timer at a time, and none when nothing waits', async () => {
    const { clock, open, say, command } = outboxStage();
    open();
    say('x'.repeat(3_000));
    expect(clock.pendingTimers).toBe(0);
    say(TEN_THOUSAND_LETTERS);
    say('more');
    command('command');
    await settled();
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(5_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not set its timer anew while it waits for the same moment', async () => {
    const { clock } = outboxStage();
    const schedule = vi.fn(clock.schedule);
    const { outbox, open, say } = outboxStage({ clock: { ...clock, schedule } });
    open();
    say(TEN_THOUSAND_LETTERS);
    await settled();
    for (let count = 0; count < 100; count++) outbox.pump();
    expect(schedule).toHaveBeenCalledTimes(1);
  });

  it('sends whole windows when its timer comes late, as in a hidden tab, or when it is pumped in its place', async () => {
    let callback = () => {};
    const stage = outboxStage();
    let now = 0;
    const late = outboxStage({
      clock: {
        now: () => now,
        wallNow: () => now,
        schedule(ring) {
          callback = ring;
          return () => {};
        },
      },
    });
    late.open();
    late.say('x'.repeat(30_000));
    expect(late.news()).toHaveLength(6);
    await settled();
    now = 2_500;
    callback();
    expect(late.news()).toHaveLength(6);
    await settled();
    now = 4_000;
    late.outbox.pump();
    expect(late.news()).toHaveLength(6);
    stage.outbox.close();
  });

  it('goes on where only a settlement makes room, and leaves what never settles charged', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    say(TEN_THOUSAND_LETTERS);
    expect(news()).toHaveLength(6);
    await clock.advance(5_000);
    expect(news()).toHaveLength(0);
    sent[3]?.take();
    await settled();
    expect(news()).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves a refused packet charged for its second', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    open({ settles: 'by-hand' });
    say('x'.repeat(5_400));
    for (const packet of sent) packet.reject('network');
    await settled();
    news();
    say('x'.repeat(900));
    expect(news()).toHaveLength(0);
    await clock.advance(1_010);
    expect(news()).toHaveLength(1);
  });
});

describe('an outbox over a network without a rate', () => {
  it('hands no more chat over than may be unsettled, however long that takes', async () => {
    const { clock, open, say, sent, news } = outboxStage();
    open({ policy: UNRATED, settles: 'by-hand' });
    say('x'.repeat(40_000));
    expect(news()).toHaveLength(1);
    await clock.advance(9_000);
    expect(news()).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
    sent[0]?.take();
    await settled();
    expect(news()).toHaveLength(1);
  });

  it('lets commands and interrupts pass unsettled chat', () => {
    const { open, say, command, news } = outboxStage();
    open({ policy: UNRATED, settles: 'by-hand' });
    say('x'.repeat(40_000));
    news();
    command('command');
    command('interrupt');
    expect(news()).toHaveLength(2);
  });

  it('lets several short messages be in flight', () => {
    const { open, say, news } = outboxStage();
    open({ policy: UNRATED, settles: 'by-hand' });
    for (let count = 0; count < 20; count++) say('short');
    expect(news()).toHaveLength(20);
  });
});

describe('what the outbox says about itself', () => {
  it('reports the use of the last second, what is unsettled and what waits', async () => {
    const { clock, outbox, open, say, sent } = outboxStage();
    expect(outbox.use()).toMatchObject({ packets: 0, bytes: 0, queued: 0, bytesPerSecond: Infinity });
    open({ settles: 'by-hand' });
    say(TEN_THOUSAND_LETTERS);
    say('later');
    expect(outbox.use()).toEqual({
      packets: 6,
      bytes: 6_000,
      packetsPerSecond: 30,
      bytesPerSecond: 6_144,
      unsettledBytes: 6_000,
      queued: 2,
    });
    sent[0]?.take();
    await settled();
    expect(outbox.use()).toMatchObject({ packets: 6, bytes: 6_000, unsettledBytes: 5_000 });
    await clock.advance(1_010);
    expect(outbox.use()).toMatchObject({ packets: 6, bytes: 6_000, unsettledBytes: 6_000 });
    outbox.detach({ lossySince: 0 });
    expect(outbox.use()).toMatchObject({ unsettledBytes: 0, bytesPerSecond: 6_144 });
  });

  it('counts the text that waits, as announced and then as cut', async () => {
    const { clock, outbox, open, say, sent } = outboxStage();
    say(TEN_THOUSAND_LETTERS);
    const second = say('12345');
    expect(outbox.queuedTextBytes).toBe(10_005);
    expect(outbox.use().queued).toBe(2);
    open();
    const left = 10_000 - sent.reduce((letters, { text }) => letters + text.length, 0);
    expect(outbox.queuedTextBytes).toBe(left + 5);
    outbox.withdraw(second.item);
    expect(outbox.queuedTextBytes).toBe(left);
    await clock.advance(2_000);
    expect(outbox.queuedTextBytes).toBe(0);
    expect(outbox.use().queued).toBe(0);
  });
});
