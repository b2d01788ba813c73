/** The last packets and what they add up to. Fed by `session.tap` and by nothing else. */

import type { BudgetUse, WireRecord } from '@avatarwire/core';
import { type Ack, pairAcks } from './acks';
import { everything, matcherOf, type WireFilter } from './filter';
import { type Frame, readFrame } from './frame-text';

/** Whichever is reached first. */
export const KEPT_PACKETS = 10_000;
export const KEPT_BYTES = 16 * 1_024 * 1_024;
/** How far back the drawn history of the budget goes. */
export const HISTORY_MS = 15_000;

export interface WireRow {
  /** Counts up from 1 and is never given twice. */
  readonly id: number;
  readonly record: WireRecord;
  readonly frame: Frame;
}

export interface Total {
  readonly packets: number;
  readonly bytes: number;
}

/** Immutable; a change makes a new one. */
export interface WireView {
  /** Oldest first, {@link KEPT_PACKETS} at most. While paused, those of the moment of pausing. */
  readonly kept: readonly WireRow[];
  /** Those of them that pass the filter. */
  readonly rows: readonly WireRow[];
  readonly filter: WireFilter;
  /** Each pair under the ids of both packets. */
  readonly acks: ReadonlyMap<number, Ack>;
  readonly paused: boolean;
  /** Packets that came since. */
  readonly sincePause: number;
  readonly out: Total;
  readonly in: Total;
  /** As the newest packet out says. */
  readonly budget: BudgetUse | undefined;
  /** When the first packet came, on the clock of the records. */
  readonly startedAt: number | undefined;
  /** Packets out of the last {@link HISTORY_MS}, oldest first. */
  readonly recent: readonly { readonly at: number; readonly bytes: number }[];
}

export interface WireLog {
  add(record: WireRecord): void;
  setPaused(paused: boolean): void;
  setFilter(filter: WireFilter): void;
  clear(): void;
  getView(): WireView;
  subscribe(listener: () => void): () => void;
}

const nothing: Total = { packets: 0, bytes: 0 };
const empty: WireView = {
  kept: [],
  rows: [],
  filter: everything,
  acks: new Map(),
  paused: false,
  sincePause: 0,
  out: nothing,
  in: nothing,
  budget: undefined,
  startedAt: undefined,
  recent: [],
};

/** @param soon calls back a little later; what changes until then is told once. In a page: `requestAnimationFrame` */
export function createWireLog(soon: (callback: () => void) => void): WireLog {
  const listeners = new Set<() => void>();
  const pairs = pairAcks();
  let kept: WireRow[] = [];
  let rows: WireRow[] = [];
  let keptBytes = 0;
  let recent: { at: number; bytes: number }[] = [];
  /** What is told next; the arrays are copied then. */
  let next = empty;
  let matches = matcherOf(everything);
  let view = empty;
  let lastId = 0;
  let telling = false;
  let repaired = false;

  /** What a person did is seen at once. */
  function tell(): void {
    const shown = next.paused ? {} : { kept: [...kept], rows: [...rows] };
    next = { ...next, ...shown, recent: [...recent], ...(repaired && { acks: pairs.copy() }) };
    repaired = false;
    view = next;
    for (const listener of listeners) listener();
  }

  function tellSoon(): void {
    if (telling) return;
    telling = true;
    soon(() => {
      telling = false;
      tell();
    });
  }

  function dropOldest(): void {
    const dropped = kept.shift();
    if (dropped === undefined) return;
    keptBytes -= dropped.record.data.byteLength;
    pairs.forget(dropped.id);
    if (rows[0] === dropped) rows.shift();
  }

  function noteRecent({ at, direction, data }: WireRecord): void {
    if (direction !== 'out') return;
    recent.push({ at, bytes: data.byteLength });
    const first = recent.findIndex((packet) => packet.at > at - HISTORY_MS);
    if (first > 0) recent = recent.slice(first);
  }

  return {
    add(record) {
      const { at, direction, data, budget } = record;
      lastId += 1;
      const row: WireRow = { id: lastId, record, frame: readFrame(data) };
      kept.push(row);
      keptBytes += data.byteLength;
      if (matches(row)) rows.push(row);
      while (kept.length > KEPT_PACKETS || keptBytes > KEPT_BYTES) dropOldest();
      noteRecent(record);
      const total = next[direction];
      next = {
        ...next,
        startedAt: next.startedAt ?? at,
        [direction]: { packets: total.packets + 1, bytes: total.bytes + data.byteLength },
        ...(next.paused && { sincePause: next.sincePause + 1 }),
        ...(budget !== undefined && { budget }),
      };
      repaired = pairs.note(row) || repaired;
      tellSoon();
    },
    setPaused(paused) {
      // As they stand in this turn, seen or not yet.
      next = { ...next, kept: [...kept], rows: [...rows], paused, sincePause: 0 };
      tell();
    },
    setFilter(filter) {
      matches = matcherOf(filter);
      rows = kept.filter(matches);
      next = { ...next, filter, rows: next.kept.filter(matches) };
      tell();
    },
    clear() {
      kept = [];
      rows = [];
      keptBytes = 0;
      recent = [];
      pairs.clear();
      next = { ...empty, filter: next.filter, paused: next.paused };
      tell();
    },
    getView: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What was handed over within the second before `now`. */
export function lastSecond(recent: WireView['recent'], now: number): Total {
  let packets = 0;
  let bytes = 0;
  for (let index = recent.length - 1; index >= 0; index -= 1) {
    const packet = recent[index];
    if (packet === undefined || packet.at <= now - 1_000) break;
    if (packet.at > now) continue;
    packets += 1;
    bytes += packet.bytes;
  }
  return { packets, bytes };
}
