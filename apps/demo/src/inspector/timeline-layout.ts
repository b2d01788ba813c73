/** Packets over time: lanes as rows, each message a bar with its parts in it. All lengths in pixels. */

import type { Lane } from '@avatarwire/core';
import type { Ack } from './acks';
import type { WireRow } from './wire-log';

export type TimelineLane = Lane | 'in';

/** In the order in which they are drawn; what overtakes stands above what it overtakes. */
export const LANES = ['interrupt', 'command', 'chat', 'in'] as const satisfies readonly TimelineLane[];

/** Bars of one lane that overlap lie below each other; more than these are drawn over the last. */
const MAX_TRACKS = 3;

export interface Span {
  /** On the clock of the records. */
  readonly from: number;
  readonly to: number;
  /** What the axis counts from. */
  readonly origin: number;
  readonly width: number;
}

/** One packet. */
export interface Mark {
  readonly id: number;
  readonly x: number;
  /** 0 to 1 for the largest packet in sight, as its root: a command of a hundred bytes is to be seen beside chat. */
  readonly size: number;
}

export interface Bar {
  readonly key: string;
  readonly track: number;
  readonly x: number;
  readonly width: number;
  /** `cut`: an interrupt ended it. `open`: its last part has not come. */
  readonly end: 'whole' | 'cut' | 'open';
  /** Of a command: how it was answered. */
  readonly ack?: Ack;
  readonly label: string;
  readonly marks: readonly Mark[];
}

export interface LaneLayout {
  readonly lane: TimelineLane;
  readonly tracks: number;
  readonly bars: readonly Bar[];
}

export interface TimelineLayout {
  readonly lanes: readonly LaneLayout[];
  /** Where interrupts left: they are drawn through everything that they overtook. */
  readonly interrupts: readonly number[];
  /** Whole steps of seconds, or of parts of one, since the origin. */
  readonly axis: readonly { readonly x: number; readonly at: number }[];
}

interface Message {
  readonly key: string;
  readonly lane: TimelineLane;
  readonly rows: WireRow[];
}

export function layoutTimeline(
  rows: readonly WireRow[],
  acks: ReadonlyMap<number, Ack>,
  span: Span,
): TimelineLayout {
  const { from, to } = span;
  const toX = (at: number) => ((at - from) / (to - from)) * span.width;
  const messages = messagesOf(rows);
  const interrupts = rows.filter(({ record }) => record.lane === 'interrupt').map(({ record }) => record.at);
  const seen = rows.filter(({ record }) => record.at >= from && record.at <= to);
  const largest = Math.max(1, ...seen.map(({ record }) => record.data.byteLength));

  const barOf = ({
    key,
    lane,
    rows: packets,
  }: Message): Omit<Bar, 'track'> & { readonly lane: TimelineLane } => {
    const [first, last] = [packets[0], packets.at(-1)] as [WireRow, WireRow];
    const ack = acks.get(first.id);
    const cutAt =
      lane === 'chat' && !isFinal(last) ? interrupts.find((at) => at >= last.record.at) : undefined;
    const answeredAt = ack?.commandId === first.id && ack.ms !== undefined ? ack.sentAt + ack.ms : undefined;
    const end = cutAt ?? answeredAt ?? last.record.at;
    return {
      key,
      lane,
      x: toX(first.record.at),
      width: Math.max(0, toX(end) - toX(first.record.at)),
      end: cutAt !== undefined ? 'cut' : isFinal(last) ? 'whole' : 'open',
      ...(ack?.commandId === first.id && { ack }),
      label: first.frame.kind === 'chat' ? first.frame.summary : last.frame.summary,
      marks: packets
        .filter(({ record }) => record.at >= from && record.at <= to)
        .map(({ id, record }) => ({
          id,
          x: toX(record.at),
          size: Math.sqrt(record.data.byteLength / largest),
        })),
    };
  };

  const bars = messages.map(barOf).filter(({ x, width }) => x <= span.width && x + width >= 0);
  return {
    lanes: LANES.map((lane) =>
      stacked(
        lane,
        bars.filter((bar) => bar.lane === lane),
      ),
    ),
    interrupts: interrupts.filter((at) => at >= from && at <= to).map(toX),
    axis: axisOf(span)
      .map((at) => ({ at, x: toX(span.origin + at) }))
      .filter(({ x }) => x >= LABEL_PX / 2 && x <= span.width - LABEL_PX / 2),
  };
}

/** The packet nearest to a place, of one lane; undefined where none is near. */
export function nearestMark(layout: LaneLayout, x: number, track: number, reach = 12): Mark | undefined {
  let nearest: Mark | undefined;
  for (const bar of layout.bars) {
    if (bar.track !== track) continue;
    for (const mark of bar.marks) {
      const distance = Math.abs(mark.x - x);
      if (distance <= reach && (nearest === undefined || distance < Math.abs(nearest.x - x))) nearest = mark;
    }
  }
  return nearest;
}

/** The packets of a chat message belong together; every other packet stands for itself. */
function messagesOf(rows: readonly WireRow[]): readonly Message[] {
  const messages = new Map<string, Message>();
  for (const row of rows) {
    const { record, frame } = row;
    const lane = record.direction === 'in' ? 'in' : (record.lane ?? 'chat');
    const messageId = frame.part === undefined && record.part === undefined ? undefined : idOf(row);
    const key = messageId === undefined ? `${row.id}` : `${lane} ${record.from ?? ''} ${messageId}`;
    const message = messages.get(key);
    if (message === undefined) messages.set(key, { key, lane, rows: [row] });
    else message.rows.push(row);
  }
  return [...messages.values()];
}

const idOf = ({ record, frame }: WireRow): string | undefined => frame.messageId ?? record.messageId;

/** What has no parts is whole. */
function isFinal({ record, frame }: WireRow): boolean {
  const parted = frame.part !== undefined || record.part !== undefined;
  return !parted || record.final === true || frame.part?.endsWith('fin') === true;
}

function stacked(lane: TimelineLane, bars: readonly Omit<Bar, 'track'>[]): LaneLayout {
  const GAP = 4;
  /** Where each track is free again. */
  const free: number[] = [];
  const placed = bars.map((bar) => {
    const empty = free.findIndex((x) => x + GAP <= bar.x);
    const track = empty >= 0 ? empty : Math.min(free.length, MAX_TRACKS - 1);
    free[track] = Math.max(free[track] ?? 0, bar.x + bar.width);
    return { ...bar, track };
  });
  return { lane, tracks: Math.max(1, free.length), bars: placed };
}

const STEPS_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000];
const STEP_PX = 90;
/** A number that would be cut off at an edge is left out. */
const LABEL_PX = 32;

function axisOf({ from, to, origin, width }: Span): number[] {
  const wanted = ((to - from) / Math.max(1, width)) * STEP_PX;
  const step = STEPS_MS.find((each) => each >= wanted) ?? 3_600_000;
  const first = Math.max(0, Math.ceil((from - origin) / step));
  const count = Math.floor((to - origin) / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step);
}
