// The pure parts of the wire inspector, in Node.
import type { WireRecord } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { type Ack, ackState, nextLateAt } from '../src/inspector/acks';
import { exportWire, fileNameOf } from '../src/inspector/export-wire';
import { countsOf, everything, type WireFilter } from '../src/inspector/filter';
import { readFrame, wholeFrame } from '../src/inspector/frame-text';
import { listMove } from '../src/inspector/list-keys';
import { type Hit, timelineMove } from '../src/inspector/timeline-keys';
import { type LaneLayout, layoutTimeline, nearestMark } from '../src/inspector/timeline-layout';
import { HISTORY_MS, KEPT_BYTES, KEPT_PACKETS, lastSecond } from '../src/inspector/wire-log';
import { ackOf, chatPart, command, encode, incoming, logging } from './support/wire';

const budget: WireRecord['budget'] = {
  packets: 1,
  bytes: 90,
  packetsPerSecond: 30,
  bytesPerSecond: 6_144,
  unsettledBytes: 90,
  queued: 2,
};

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

function laneIn(lanes: readonly LaneLayout[], name: LaneLayout['lane']): LaneLayout {
  const found = lanes.find(({ lane }) => lane === name);
  if (found === undefined) throw new Error(`no lane ${name}`);
  return found;
}

describe('the timeline', () => {
  const span = { from: 0, to: 1_000, origin: 0, width: 1_000 };
  const laid = (...records: readonly WireRecord[]) => {
    const { rows, acks } = logging(...records).view();
    return layoutTimeline(rows, acks, span);
  };
  const laneOf = (name: LaneLayout['lane'], ...records: readonly WireRecord[]) =>
    laneIn(laid(...records).lanes, name);

  test('a message is one bar from its first part to its last, the parts in it as large as they are', () => {
    const { bars } = laneOf(
      'chat',
      chatPart(100, 'm1', 0, false, 'x'.repeat(400)),
      chatPart(300, 'm1', 1, true, ''),
      chatPart(500, 'm2', 0, true),
    );
    expect(bars).toMatchObject([
      {
        x: 100,
        width: 200,
        end: 'whole',
        track: 0,
        marks: [
          { id: 1, x: 100, size: 1 },
          { id: 2, x: 300 },
        ],
      },
      { x: 500, width: 0, end: 'whole', track: 0, marks: [{ id: 3 }] },
    ]);
    expect(bars[0]?.marks[1]?.size).toBeLessThan(0.5);
  });

  test('an interrupt cuts the message that it overtook, and is drawn through it', () => {
    const { lanes, interrupts } = laid(
      chatPart(100, 'm1', 0, false),
      chatPart(200, 'm1', 1, false),
      command(260, 'i1', 'interrupt'),
      chatPart(400, 'm2', 0, false),
    );
    expect(interrupts).toEqual([260]);
    expect(laneIn(lanes, 'chat').bars).toMatchObject([
      { x: 100, width: 160, end: 'cut' },
      { x: 400, end: 'open' },
    ]);
  });

  test('a command is as long as its acknowledgement took', () => {
    const { bars } = laneOf(
      'command',
      command(100, 'a', 'set-params'),
      ackOf(180, 'set-params', 'a'),
      command(300, 'b', 'set-action'),
    );
    expect(bars).toMatchObject([
      { x: 100, width: 80, ack: { ms: 80 } },
      { x: 300, width: 0, ack: { name: 'set-action' } },
    ]);
  });

  test('what overlaps lies below each other, and what comes after takes the first place again', () => {
    const part = (at: number, mid: string, idx: number, fin: boolean) =>
      incoming(at, { v: 2, type: 'chat', mid, idx, fin, pld: { from: 'bot', text: 'x' } });
    const lane = laneOf(
      'in',
      part(100, 'a', 0, false),
      part(150, 'b', 0, false),
      part(200, 'a', 1, true),
      part(250, 'b', 1, true),
      part(600, 'c', 0, true),
    );
    expect(lane.tracks).toBe(2);
    expect(lane.bars.map(({ track }) => track)).toEqual([0, 1, 0]);
  });

  test('what began before the window reaches into it, and what is over before it is not there', () => {
    const rows = logging(
      chatPart(0, 'm1', 0, true),
      chatPart(100, 'm2', 0, false),
      chatPart(700, 'm2', 1, true),
    ).view();
    const { lanes } = layoutTimeline(rows.rows, rows.acks, { from: 500, to: 1_000, origin: 0, width: 500 });
    expect(laneIn(lanes, 'chat').bars).toMatchObject([{ x: -400, width: 600, marks: [{ id: 3, x: 200 }] }]);
  });

  test('the axis counts whole steps since the first packet, and leaves out what would be cut off', () => {
    const { rows, acks } = logging(chatPart(10_250, 'm', 0, true)).view();
    const { axis } = layoutTimeline(rows, acks, { from: 9_250, to: 12_250, origin: 10_250, width: 300 });
    expect(axis).toEqual([
      { at: 0, x: 100 },
      { at: 1_000, x: 200 },
    ]);
  });

  test('the packet nearest to the pointer is found within reach, in its own track', () => {
    const lane = laneOf('chat', chatPart(100, 'm1', 0, false), chatPart(116, 'm1', 1, true));
    expect(nearestMark(lane, 107, 0)?.id).toBe(1);
    expect(nearestMark(lane, 109, 0)?.id).toBe(2);
    expect(nearestMark(lane, 140, 0)).toBeUndefined();
    expect(nearestMark(lane, 107, 1)).toBeUndefined();
  });

  test('ten thousand packets are laid out quickly', () => {
    const records = Array.from({ length: KEPT_PACKETS }, (_, index) =>
      chatPart(index / 10, `m${Math.floor(index / 50)}`, index % 50, index % 50 === 49),
    );
    const { rows, acks } = logging(...records).view();
    layoutTimeline(rows, acks, span);
    const before = performance.now();
    const { lanes } = layoutTimeline(rows, acks, span);
    expect(performance.now() - before).toBeLessThan(200);
    expect(lanes.flatMap(({ bars }) => bars.flatMap(({ marks }) => marks))).toHaveLength(KEPT_PACKETS);
  });
});

describe('the keys', () => {
  test('of the list go one by one, by pages and to both ends, and never beyond', () => {
    const from = (index: number) => (key: string) => listMove(key, index, 100, 10);
    expect(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'].map(from(50))).toEqual([
      49, 51, 40, 60, 0, 99,
    ]);
    expect(['ArrowUp', 'PageUp'].map(from(0))).toEqual([0, 0]);
    expect(['ArrowDown', 'PageDown'].map(from(99))).toEqual([99, 99]);
    expect(from(-1)('ArrowUp')).toBe(99);
    expect(from(50)('a')).toBeUndefined();
    expect(listMove('End', -1, 0, 10)).toBeUndefined();
  });

  test('of the timeline go on in time, and up and down to the nearest of the next lane that has any', () => {
    const hits: Hit[] = [
      { id: 1, at: 0, lane: 'interrupt' },
      { id: 2, at: 10, lane: 'chat' },
      { id: 3, at: 90, lane: 'chat' },
      { id: 4, at: 100, lane: 'in' },
    ];
    const from = (id: number | undefined) => (key: string) => timelineMove(key, hits, id);
    expect(['ArrowLeft', 'ArrowRight', 'Home', 'End'].map(from(2))).toEqual([1, 3, 1, 4]);
    expect(['ArrowUp', 'ArrowDown'].map(from(3))).toEqual([1, 4]);
    expect(['ArrowUp', 'ArrowDown'].map(from(1))).toEqual([1, 2]);
    expect(from(4)('ArrowUp')).toBe(3);
    expect([from(4)('ArrowRight'), from(undefined)('ArrowLeft'), from(4)('x')]).toEqual([4, 4, undefined]);
  });
});

describe('the export', () => {
  const exportedAt = new Date('2026-11-20T17:12:09.500Z');
  const records = [
    command(1_000, 'p1', 'set-params', {
      bgurl: 'https://cdn.example/room.png?X-Signature=s3cr3t-query',
      token: 's3cr3t-token',
      voice: { apiKey: 's3cr3t-key' },
      headers: { 'X-Api-Key': 's3cr3t-header', access_key: 's3cr3t-access' },
      room: 'wss://rooms.example/rtc?access=s3cr3t-socket',
      inner: JSON.stringify({ token: 's3cr3t-inner', text: 'kept' }),
      said: 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyM3QifQ.s3cr3t-jwt',
    }),
    ackOf(1_040, 'set-params', 'p1'),
    { ...chatPart(1_100, 'm1', 0, true, 'My private words'), budget },
    incoming(1_200, 'plain private words'),
    { at: 1_300, direction: 'in', from: 'avatar', data: Uint8Array.of(0xff, 0, 1) } satisfies WireRecord,
  ];
  const exported = (texts: boolean) =>
    exportWire(logging(...records).view(), { texts, exportedAt, service: 'akool', provider: 'agora' });

  test('has a documented shape, with times since the first packet and the acknowledgement beside its command', () => {
    expect(exported(false)).toMatchObject({
      format: 'avatarwire-wire',
      version: 1,
      exportedAt: '2026-11-20T17:12:09.500Z',
      texts: false,
      service: 'akool',
      provider: 'agora',
      totals: { out: { packets: 2 }, in: { packets: 3 } },
      packets: [
        {
          number: 1,
          at: 0,
          direction: 'out',
          lane: 'command',
          kind: 'set-params',
          ack: { number: 2, ms: 40, code: 1000 },
        },
        {
          number: 2,
          at: 40,
          direction: 'in',
          from: 'avatar',
          frame: { mid: 'p1', pld: { cmd: 'set-params', code: 1000 } },
        },
        {
          number: 3,
          at: 100,
          messageId: 'm1',
          part: 0,
          final: true,
          budget: { bytes: 90, packets: 1, queued: 2 },
        },
        { number: 4, kind: 'text' },
        { number: 5, kind: 'bytes', bytes: 3 },
      ],
    });
    expect(fileNameOf(exported(false))).toBe('avatarwire-wire-2026-11-20T17-12-09.json');
  });

  test('leaves out what was said unless it is asked for, and keeps its length', () => {
    const without = exported(false);
    expect(JSON.stringify(without)).not.toMatch(/private|\/room/);
    expect(without.packets[2]?.frame).toMatchObject({
      type: 'chat',
      mid: 'm1',
      pld: { text: '[16 characters]' },
    });
    expect(without.packets[3]?.text).toBe('[19 characters]');
    expect(without.packets[4]).not.toHaveProperty('base64');
    const whole = exported(true);
    expect(whole.packets[2]?.frame).toMatchObject({ pld: { text: 'My private words' } });
    expect(whole.packets[3]?.text).toBe('plain private words');
    expect(whole.packets[4]?.base64).toBe('/wAB');
  });

  test.each([false, true])('has no credential in it (texts: %s)', (texts) => {
    expect(JSON.stringify(exported(texts))).not.toContain('s3cr3t');
    expect(exported(texts).packets[0]?.frame).toMatchObject({
      pld: { data: { token: '[left out]', voice: { apiKey: '[left out]' } } },
    });
    const whole = JSON.stringify(exported(true));
    expect(whole).toContain(JSON.stringify(JSON.stringify({ token: '[left out]', text: 'kept' })));
    expect(whole).toContain('Bearer [left out]');
  });

  test('has what is shown, and says of the rest how much there was', () => {
    const { log, view } = logging(...records);
    log.setFilter({ ...everything, where: 'chat' });
    const { packets, totals } = exportWire(view(), {
      texts: true,
      exportedAt,
      service: undefined,
      provider: undefined,
    });
    expect([packets.map(({ number }) => number), totals.in.packets]).toEqual([[3], 3]);
  });
});

describe('a frame to read', () => {
  test.each([
    [
      { v: 2, type: 'chat', mid: 'a', idx: 3, fin: true, pld: { from: 'bot', text: 'hi' } },
      'bot: hi',
      '3 fin',
    ],
    [{ v: 2, type: 'chat', mid: 'a', idx: 0, fin: false, pld: { text: 'hi' } }, 'hi', '0'],
    [
      { v: 2, type: 'command', mid: 'a', pld: { cmd: 'set-params', data: { mode: 1 } } },
      'set-params {"mode":1}',
      undefined,
    ],
    [
      { v: 2, type: 'command', mid: 'a', pld: { cmd: 'interrupt', code: 1000 } },
      'interrupt → 1000',
      undefined,
    ],
    [{ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'audio_start', undefined],
    [{ action: 'ask', body: { text: 'hi' } }, 'ask: hi', undefined],
    [{ event_type: 'avatar.speak_text', event_id: 'a', text: 'hi' }, 'avatar.speak_text: hi', undefined],
    [{ event_type: 'avatar.interrupt', event_id: 'a' }, 'avatar.interrupt', undefined],
    [{ type: 'QA', message: 'hi', pos: 'start' }, 'QA start: hi', undefined],
    [{ type: 'QA', message: 'hi', pos: null }, 'QA: hi', undefined],
    [{ message: 'hi' }, 'hi', undefined],
    [null, '', undefined],
    [[1], '', undefined],
  ])('%j reads "%s"', (frame, summary, part) => {
    const read = readFrame(encode(frame));
    expect([read.summary, read.part, read.json]).toEqual([summary, part, true]);
    expect(JSON.parse(wholeFrame(encode(frame)))).toEqual(frame);
  });

  test.each([
    [{ v: 2, type: 'chat', mid: 'a', idx: 0, fin: false, pld: { text: 'hi' } }, 'chat'],
    [{ v: 2, type: 'command', mid: 'a', pld: { cmd: 'interrupt', code: 1000 } }, 'interrupt'],
    [{ v: 2, type: 'cmd', pld: { command: 'set-params', code: 1000 } }, 'set-params'],
    [{ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'audio_start'],
    [{ action: 'ask', body: { text: 'hi' } }, 'ask'],
    [{ event_type: 'avatar.interrupt' }, 'avatar.interrupt'],
    [{ type: 'QA', message: 'hi' }, 'QA'],
    [{ message: 'hi' }, 'other'],
  ])('%j is of the type "%s"', (frame, kind) => {
    expect(readFrame(encode(frame)).kind).toBe(kind);
  });

  test('what is no JSON is shown as the text that it is', () => {
    const text = 'task 7: begins';
    expect(readFrame(encode(text))).toEqual({ json: false, summary: text, kind: 'text' });
    expect(wholeFrame(encode(text))).toBe(text);
  });

  test('what is no text either is shown as bytes', () => {
    const data = Uint8Array.of(0xff, 0x00, 0x7b);
    expect(readFrame(data)).toEqual({ json: false, summary: '3 bytes, no text', kind: 'bytes' });
    expect(wholeFrame(data)).toBe('ff 00 7b');
  });
});
