import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { PacketRow } from './packet-row';
import { ROW_PX, useWindow } from './use-window';
import type { WireRow } from './wire-log';

interface PacketListProps {
  readonly rows: readonly WireRow[];
  readonly startedAt: number;
  readonly selected: number | undefined;
  readonly onSelect: (id: number) => void;
}

/** One tab stop; arrow keys, Home, End and Page keys go through the packets. Only rows in view are drawn. */
export function PacketList({ rows, startedAt, selected, onSelect }: PacketListProps): ReactNode {
  const { box, onScroll, from, to, reveal } = useWindow(rows.length, rows.at(-1)?.id, selected === undefined);
  const id = useId();
  const index = rows.findIndex((row) => row.id === selected);

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW_PX) / ROW_PX) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: index < 0 ? rows.length - 1 : index + 1,
      ArrowUp: index < 0 ? rows.length - 1 : index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = moves[event.key];
    if (wanted === undefined || rows.length === 0) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, wanted));
    const row = rows[next];
    if (row !== undefined) onSelect(row.id);
    reveal(next);
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
        aria-activedescendant={index >= 0 ? `${id}-${selected}` : undefined}
        className="thin-scroll min-h-0 flex-1 overflow-y-auto -outline-offset-2"
      >
        <div role="presentation" className="relative" style={{ height: rows.length * ROW_PX }}>
          {rows.slice(from, to).map((row, offset) => (
            <PacketRow
              key={row.id}
              id={`${id}-${row.id}`}
              row={row}
              startedAt={startedAt}
              position={from + offset}
              size={rows.length}
              selected={row.id === selected}
              onSelect={onSelect}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
