import { ArrowDownLeft, ArrowUpRight } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { classNames } from '../ui/class-names';
import { count } from '../ui/format';
import { AckSign } from './ack-sign';
import type { Ack } from './acks';
import { partOf } from './packet-facts';
import { ROW_PX } from './use-window';
import type { WireRow } from './wire-log';

interface PacketRowProps {
  readonly id: string;
  readonly row: WireRow;
  readonly ack: Ack | undefined;
  /** For an acknowledgement that is waited for. */
  readonly now: number;
  readonly startedAt: number;
  readonly position: number;
  readonly size: number;
  readonly selected: boolean;
  readonly onSelect: (id: number) => void;
}

export const PacketRow = memo(function PacketRow(props: PacketRowProps): ReactNode {
  const { id, row, ack, now, startedAt, position, size, selected, onSelect } = props;
  const { record, frame } = row;
  const { at, direction, data, lane } = record;
  const out = direction === 'out';

  return (
    // The list has the focus and its keys; a row is chosen by pointer only.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-posinset={position + 1}
      aria-setsize={size}
      data-direction={direction}
      data-lane={lane}
      onClick={() => onSelect(row.id)}
      style={{ top: position * ROW_PX, height: ROW_PX }}
      className={classNames(
        'group packet-grid absolute inset-x-0 cursor-pointer font-mono text-xs',
        selected ? 'bg-accent-soft' : 'hover:bg-sunken',
      )}
    >
      <span
        className={classNames(
          'tabular text-right',
          selected ? 'text-ink-2' : 'text-ink-3 group-hover:text-ink-2',
        )}
      >
        {((at - startedAt) / 1_000).toFixed(3)}
      </span>
      <span className={out ? 'text-accent' : selected ? 'text-ink-2' : 'text-ink-3'}>
        {out ? (
          <ArrowUpRight aria-hidden className="size-3.5" />
        ) : (
          <ArrowDownLeft aria-hidden className="size-3.5" />
        )}
        <span className="sr-only">{out ? 'out' : 'in'}</span>
      </span>
      <span className="tabular text-right">{count(data.byteLength)}</span>
      <span
        className={classNames(
          'max-md:hidden',
          lane === 'interrupt' ? 'font-semibold text-bad' : 'text-ink-2',
        )}
      >
        {lane ?? (out ? '' : 'in')}
      </span>
      <span className="truncate text-ink-2 @max-3xl:hidden">{frame.messageId ?? record.messageId}</span>
      <span className="tabular text-right text-ink-2 @max-3xl:hidden">{partOf(row)}</span>
      <span className="flex min-w-0 justify-between gap-3">
        <span className="truncate">{frame.summary}</span>
        {ack !== undefined && <AckSign ack={ack} id={row.id} now={now} />}
      </span>
    </div>
  );
});
