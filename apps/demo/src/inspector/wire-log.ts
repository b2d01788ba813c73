/** The last packets and what they add up to. Fed by `session.tap` and by nothing else. */

import type { BudgetUse, WireRecord } from '@avatarwire/core';

export const KEPT_ROWS = 500;
/** How far back the drawn history of the budget goes. */
export const HISTORY_MS = 15_000;

export interface WireRow {
  /** Counts up from 1 and is never given twice. */
  readonly id: number;
  readonly record: WireRecord;
}

export interface Total {
  readonly packets: number;
  readonly bytes: number;
}

/** Immutable; a change makes a new one. */
export interface WireView {
  /** Oldest first, {@link KEPT_ROWS} at most. While paused, those of the moment of pausing. */
  readonly rows: readonly WireRow[];
  readonly paused: boolean;
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
  clear(): void;
  getView(): WireView;
  subscribe(listener: () => void): () => void;
}

const nothing: Total = { packets: 0, bytes: 0 };
const empty: WireView = {
  rows: [],
  paused: false,
  out: nothing,
  in: nothing,
  budget: undefined,
  startedAt: undefined,
  recent: [],
};

/** @param soon calls back a little later; what changes until then is told once. In a page: `requestAnimationFrame` */
export function createWireLog(soon: (callback: () => void) => void): WireLog {
  const listeners = new Set<() => void>();
  let rows: WireRow[] = [];
  let recent: { at: number; bytes: number }[] = [];
  let changes: Omit<WireView, 'rows' | 'recent'> = empty;
  let view = empty;
  let nextId = 1;
  let telling = false;

  function tell(): void {
    if (telling) return;
    telling = true;
    soon(() => {
      telling = false;
      view = { ...changes, rows: changes.paused ? view.rows : [...rows], recent: [...recent] };
      for (const listener of listeners) listener();
    });
  }

  return {
    add(record) {
      const { at, direction, data, budget } = record;
      rows.push({ id: nextId, record });
      nextId += 1;
      if (rows.length > KEPT_ROWS) rows = rows.slice(-KEPT_ROWS);
      const total = changes[direction];
      changes = {
        ...changes,
        startedAt: changes.startedAt ?? at,
        [direction]: { packets: total.packets + 1, bytes: total.bytes + data.byteLength },
        ...(budget !== undefined && { budget }),
      };
      if (direction === 'out') {
        recent.push({ at, bytes: data.byteLength });
        const kept = recent.findIndex((packet) => packet.at > at - HISTORY_MS);
        if (kept > 0) recent = recent.slice(kept);
      }
      tell();
    },
    setPaused(paused) {
      changes = { ...changes, paused };
      tell();
    },
    clear() {
      rows = [];
      recent = [];
      changes = { ...empty, paused: changes.paused };
      view = { ...view, rows: [] };
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
