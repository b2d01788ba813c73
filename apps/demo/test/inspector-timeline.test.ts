// The pure parts of the wire inspector, in Node.
import type { WireRecord } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { listMove } from '../src/inspector/list-keys';
import { type Hit, timelineMove } from '../src/inspector/timeline-keys';
import { type LaneLayout, layoutTimeline, nearestMark } from '../src/inspector/timeline-layout';
import { KEPT_PACKETS } from '../src/inspector/wire-log';
import { ackOf, chatPart, command, incoming, logging } from './support/wire';

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
