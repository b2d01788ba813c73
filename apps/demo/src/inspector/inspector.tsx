import type { RatePolicy } from '@avatarwire/core';
import { ChevronDown, ChevronUp, Pause, Play, Trash2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Button } from '../ui/button';
import { classNames } from '../ui/class-names';
import { bytes, count } from '../ui/format';
import { BudgetMeter, Figure } from './budget-meter';
import { PacketDetail } from './packet-detail';
import { PacketList } from './packet-list';
import { useWireLog } from './use-wire-log';
import type { Total } from './wire-log';

interface InspectorProps {
  /** Those of the provider; none where what is said goes another way. */
  readonly limits: RatePolicy | undefined;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly className?: string;
}

/** Everything that crosses the wire, from `session.tap`. Folded, only its meters are seen. */
export function Inspector({ limits, open, onToggle, className }: InspectorProps): ReactNode {
  const { log, view } = useWireLog();
  const [selected, setSelected] = useState<number>();
  const panel = useId();
  const row = view.rows.find(({ id }) => id === selected);

  return (
    <section
      aria-label="Wire inspector"
      className={classNames('flex min-h-0 flex-col border-t border-line-2 bg-surface', className)}
    >
      <header className="flex min-h-13 shrink-0 items-center gap-x-6 gap-y-2 px-4 max-md:flex-wrap max-md:py-2">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          onClick={onToggle}
          className="-ml-2 flex h-8 items-center gap-1.5 rounded-control px-2 text-sm font-semibold hover:bg-sunken max-md:hidden"
        >
          {open ? (
            <ChevronDown aria-hidden className="size-4" />
          ) : (
            <ChevronUp aria-hidden className="size-4" />
          )}
          Wire
        </button>
        <BudgetMeter view={view} limits={limits} />
        <div className="ml-auto flex items-center gap-5 max-xl:hidden">
          <Figure label="Out" text={sumOf(view.out)} />
          <Figure label="In" text={sumOf(view.in)} />
        </div>
        <div className={classNames('-mr-2 flex', !open && 'md:hidden', 'max-xl:ml-auto')}>
          <Button
            look="quiet"
            size="small"
            aria-pressed={view.paused}
            onClick={() => log.setPaused(!view.paused)}
          >
            {view.paused ? <Play aria-hidden className="size-4" /> : <Pause aria-hidden className="size-4" />}
            {view.paused ? 'Resume' : 'Pause'}
          </Button>
          <Button
            look="quiet"
            size="small"
            onClick={() => {
              log.clear();
              setSelected(undefined);
            }}
          >
            <Trash2 aria-hidden className="size-4" /> Clear
          </Button>
        </div>
      </header>
      <div
        id={panel}
        className={classNames(
          'relative min-h-0 flex-1 border-t border-line md:h-[min(19rem,38vh)] md:flex-none',
          open ? 'flex' : 'flex md:hidden',
        )}
      >
        {view.rows.length === 0 ? (
          <p className="px-4 py-5 text-sm text-ink-3">
            No packets yet. Connect and say something: each part, command and acknowledgement is listed here
            with its bytes.
          </p>
        ) : (
          <PacketList
            rows={view.rows}
            startedAt={view.startedAt ?? 0}
            selected={selected}
            onSelect={setSelected}
          />
        )}
        {row !== undefined && (
          <PacketDetail row={row} startedAt={view.startedAt ?? 0} onClose={() => setSelected(undefined)} />
        )}
      </div>
    </section>
  );
}

function sumOf({ packets, bytes: size }: Total): string {
  return `${count(packets)} ${packets === 1 ? 'packet' : 'packets'}, ${bytes(size)}`;
}
