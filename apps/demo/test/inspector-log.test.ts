// The pure parts of the wire inspector, in Node.
import type { WireRecord } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { type Ack, ackState, nextLateAt } from '../src/inspector/acks';
import { countsOf, everything, type WireFilter } from '../src/inspector/filter';
import { HISTORY_MS, KEPT_BYTES, KEPT_PACKETS, lastSecond } from '../src/inspector/wire-log';
import { ackOf, chatPart, command, encode, incoming, logging } from './support/wire';

describe('the wire log', () => {
  const out = (at: number, size = 100): WireRecord => ({ at, direction: 'out', data: new Uint8Array(size) });

  test('tells once for many packets', () => {
    const { log, flush, view } = logging();
    let told = 0;
    log.subscribe(() => {
      told += 1;
    });
    for (let at = 0; at < 10; at += 1) log.add(out(at));
    expect(flush()).toBe(1);
    expect(told).toBe(1);
    expect(view().rows).toHaveLength(10);
  });

  test(`keeps ${KEPT_PACKETS} packets and counts all`, () => {
    const { log, flush, view } = logging();
    for (let at = 0; at < KEPT_PACKETS + 20; at += 1) log.add(out(at, 10));
    log.add({ at: 600, direction: 'in', data: new Uint8Array(7), from: 'avatar' });
    flush();
    const { kept, rows, out: sent, in: received } = view();
    expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([KEPT_PACKETS, 22, KEPT_PACKETS + 21]);
    expect(rows).toEqual(kept);
    expect([sent.packets, sent.bytes, received.packets, received.bytes]).toEqual([10_020, 100_200, 1, 7]);
  });

  test('and no more bytes than it may, however large they are', () => {
    const { log, flush, view } = logging();
    for (let at = 0; at < 1_100; at += 1) log.add(out(at, 16_384));
    flush();
    const bytes = view().kept.reduce((sum, { record }) => sum + record.data.byteLength, 0);
    expect(bytes).toBe(KEPT_BYTES);
  });

  test('while paused the rows stand still and the totals go on; resuming shows the newest', () => {
    const { log, flush, view } = logging(out(0));
    // Not told yet when it is paused: it came before, so it is in the list.
    log.add(out(1));
    log.setPaused(true);
    log.add(out(2));
    flush();
    expect([view().rows.length, view().out.packets, view().sincePause]).toEqual([2, 3, 1]);
    log.setPaused(false);
    expect([view().rows.length, view().sincePause]).toEqual([3, 0]);
  });

  test('cleared, it starts at nothing, no number is given twice, and the filter stays', () => {
    const { log, flush, view } = logging(out(0));
    log.setFilter({ ...everything, where: 'out' });
    log.clear();
    expect(view()).toMatchObject({ rows: [], out: { packets: 0 }, filter: { where: 'out' } });
    log.add(out(5));
    flush();
    expect(view()).toMatchObject({ out: { packets: 1 }, startedAt: 5, rows: [{ id: 2 }] });
  });

  test('the last second is exactly that, and history is forgotten', () => {
    const { log, flush, view } = logging(...[0, 1_000, 1_500, 2_000].map((at) => out(at)));
    const { recent } = view();
    expect(lastSecond(recent, 2_000)).toEqual({ packets: 2, bytes: 200 });
    expect(lastSecond(recent, 1_999)).toEqual({ packets: 2, bytes: 200 });
    expect(lastSecond(recent, 3_000)).toEqual({ packets: 0, bytes: 0 });
    log.add(out(HISTORY_MS + 1_500));
    flush();
    expect(view().recent.map(({ at }) => at)).toEqual([2_000, HISTORY_MS + 1_500]);
  });
});

describe('a filter', () => {
  const talk = [
    command(0, 'p1', 'set-params', { mode: 2 }),
    ackOf(40, 'set-params', 'p1'),
    chatPart(100, 'm1', 0, true, 'What can you DO?'),
    incoming(200, { v: 2, type: 'chat', mid: 'b1', idx: 0, fin: true, pld: { from: 'bot', text: 'A lot.' } }),
    command(300, 'i1', 'interrupt'),
  ];
  const idsWith = (filter: Partial<WireFilter>) => {
    const { log, view } = logging(...talk);
    log.setFilter({ ...everything, ...filter });
    return view().rows.map(({ id }) => id);
  };

  test.each<[string, Partial<WireFilter>, number[]]>([
    ['nothing', {}, [1, 2, 3, 4, 5]],
    ['a direction', { where: 'in' }, [2, 4]],
    ['a lane', { where: 'interrupt' }, [5]],
    ['a type, in both directions', { kind: 'chat' }, [3, 4]],
    ['a command, with its acknowledgement', { kind: 'set-params' }, [1, 2]],
    ['text in any case, and with spaces around it', { text: ' can you do ' }, [3]],
    ['a message id', { text: 'b1' }, [4]],
    ['the sender', { text: 'avatar' }, [2, 4]],
    ['all at once', { where: 'out', kind: 'chat', text: 'what' }, [3]],
    ['what is not there', { text: 'zebra' }, []],
  ])('by %s', (_name, filter, expected) => {
    expect(idsWith(filter)).toEqual(expected);
  });

  test('holds for packets that come, also for those that are dropped, and in a list that is paused', () => {
    const { log, flush, view } = logging(...talk);
    log.setFilter({ ...everything, where: 'chat' });
    log.add(chatPart(400, 'm2', 0, true));
    log.add(command(410, 'i2', 'interrupt'));
    flush();
    expect(view().rows.map(({ id }) => id)).toEqual([3, 6]);
    log.setPaused(true);
    log.add(command(420, 'i3', 'interrupt'));
    log.setFilter({ ...everything, where: 'interrupt' });
    expect(view().rows.map(({ id }) => id)).toEqual([5, 7]);
    log.setPaused(false);
    expect(view().rows.map(({ id }) => id)).toEqual([5, 7, 8]);
    for (let at = 0; at < KEPT_PACKETS - 1; at += 1) log.add(chatPart(500 + at, 'm3', at, false));
    flush();
    expect(view().rows.map(({ id }) => id)).toEqual([8]);
  });

  test('its choices are counted', () => {
    expect(countsOf(logging(...talk).view().kept)).toEqual({
      where: { all: 5, out: 3, in: 2, interrupt: 1, command: 1, chat: 1 },
      kinds: [
        { kind: 'set-params', packets: 2 },
        { kind: 'chat', packets: 2 },
        { kind: 'interrupt', packets: 1 },
      ],
    });
  });
});

describe('acknowledgements', () => {
  const acksAfter = (...records: readonly WireRecord[]) => logging(...records).view().acks;
  /** Of the commands, in the order in which they were sent. */
  const statesAt = (now: number, acks: ReadonlyMap<number, Ack>) =>
    [...new Set(acks.values())].map((ack) => ackState(ack, now));

  test('are paired by their id, whatever comes between, and known from both packets', () => {
    const acks = acksAfter(
      command(100, 'a', 'set-params'),
      command(110, 'b', 'set-params'),
      ackOf(150, 'set-params', 'b'),
      ackOf(180, 'set-params', 'a', '1003'),
    );
    expect(acks.get(1)).toMatchObject({ commandId: 1, answerId: 4, ms: 80, code: 1003 });
    expect(acks.get(2)).toMatchObject({ commandId: 2, answerId: 3, ms: 40, code: 1000 });
    expect(acks.get(3)).toBe(acks.get(2));
    expect(statesAt(200, acks)).toEqual(['refused', 'acknowledged']);
  });

  test('without an id count only where one command of that name is open', () => {
    const one = acksAfter(command(0, 'a', 'interrupt'), ackOf(30, 'interrupt', undefined));
    expect(one.get(1)).toMatchObject({ answerId: 2, ms: 30 });
    const two = acksAfter(
      command(0, 'a', 'set-params'),
      command(1, 'b', 'set-params'),
      ackOf(30, 'set-params', undefined),
      ackOf(40, 'set-params', 'unknown'),
    );
    expect([...two.keys()]).toEqual([1, 2]);
    expect(two.get(1)?.ms).toBeUndefined();
  });

  test('count once: what answers again what is answered is a packet like any other', () => {
    const acks = acksAfter(
      command(0, 'a', 'interrupt'),
      ackOf(30, 'interrupt', 'a'),
      ackOf(60, 'interrupt', 'a', 1003),
    );
    expect(acks.get(1)).toMatchObject({ answerId: 2, ms: 30, code: 1000 });
    expect(acks.has(3)).toBe(false);
  });

  test('that do not come are missing after 5 s; of an action none is promised', () => {
    const acks = acksAfter(command(0, 'a', 'interrupt'), command(1_000, 'b', 'set-action'));
    const states = (now: number) => statesAt(now, acks);
    expect(states(2_000)).toEqual(['waiting', 'waiting']);
    expect(nextLateAt(acks, 2_000)).toBe(3_000);
    expect(states(3_000)).toEqual(['waiting', 'unconfirmed']);
    expect(nextLateAt(acks, 3_000)).toBe(5_000);
    expect(states(5_000)).toEqual(['missing', 'unconfirmed']);
    expect(nextLateAt(acks, 5_000)).toBeUndefined();
  });

  test('are not waited for where a service gives none: a call, an event of LiveAvatar', () => {
    const acks = acksAfter(
      { at: 0, direction: 'out', lane: 'chat', data: encode({ action: 'ask', body: { text: 'hi' } }) },
      {
        at: 1,
        direction: 'out',
        lane: 'interrupt',
        data: encode({ event_type: 'avatar.interrupt', event_id: 'a' }),
      },
    );
    expect(acks.size).toBe(0);
  });

  test('are forgotten with their packets', () => {
    const { log, flush, view } = logging(command(0, 'a', 'interrupt'), ackOf(5, 'interrupt', 'a'));
    for (let at = 0; at < KEPT_PACKETS; at += 1) log.add(chatPart(10 + at, 'm', at, false));
    log.add(command(60_000, 'b', 'interrupt'));
    flush();
    expect([...view().acks.keys()]).toEqual([KEPT_PACKETS + 3]);
  });
});
