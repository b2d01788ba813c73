import { type KeyboardEvent, type ReactNode, useEffect, useId } from 'react';
import type { Ack } from './acks';
import { listMove } from './list-keys';
import { PacketRow } from './packet-row';
import { ROW_PX, useWindow } from './use-window';
import type { WireRow } from './wire-log';

interface PacketListProps {
  readonly rows: readonly WireRow[];
  readonly acks: ReadonlyMap<number, Ack>;
  readonly now: number;
  readonly startedAt: number;
  readonly selected: number | undefined;
  readonly onSelect: (id: number) => void;
}

/** One tab stop; arrow keys, Home, End and Page keys go through the packets. Only rows in view are drawn. */
export function PacketList({ rows, acks, now, startedAt, selected, onSelect }: PacketListProps): ReactNode {
  const { box, onScroll, from, to, reveal } = useWindow(rows.length, rows.at(-1)?.id, selected === undefined);
  const id = useId();
  const index = selected === undefined ? -1 : rows.findIndex((row) => row.id === selected);
  const drawn = index >= from && index < to;

  // Also when it was chosen elsewhere: in the timeline, or as the other half of a pair.
  useEffect(() => {
    if (index >= 0) reveal(index);
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW_PX) / ROW_PX) - 1);
    const next = listMove(event.key, index, rows.length, page);
    const row = next === undefined ? undefined : rows[next];
    if (row === undefined) return;
    event.preventDefault();
    onSelect(row.id);
  };

  return (
    <div className="@container flex min-h-0 min-w-0 flex-1 flex-col">
      <div aria-hidden className="caption packet-grid h-7 shrink-0 border-b border-line">
        <span className="text-right">Time</span>
        <span />
        <span className="text-right">Bytes</span>
        <span className="max-md:hidden">Lane</span>
        <span className="@max-3xl:hidden">Message</span>
        <span className="text-right @max-3xl:hidden">Part</span>
        <span>Content</span>
      </div>
      <div
        ref={box}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        role="listbox"
        tabIndex={0}
        aria-label="Packets"
        aria-activedescendant={drawn ? `${id}-${selected}` : undefined}
        className="thin-scroll min-h-0 flex-1 overflow-y-auto -outline-offset-2"
      >
        <div role="presentation" className="relative" style={{ height: rows.length * ROW_PX }}>
          {rows.slice(from, to).map((row, offset) => {
            const ack = acks.get(row.id);
            return (
              <PacketRow
                key={row.id}
                id={`${id}-${row.id}`}
                row={row}
                ack={ack}
                now={ack === undefined ? 0 : now}
                startedAt={startedAt}
                position={from + offset}
                size={rows.length}
                selected={row.id === selected}
                onSelect={onSelect}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
