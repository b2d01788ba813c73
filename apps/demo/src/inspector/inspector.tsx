import type { RatePolicy } from '@avatarwire/core';
import { useAvatarSession } from '@avatarwire/react';
import { ChevronDown, ChevronUp, Pause, Play, Trash2 } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { classNames } from '../ui/class-names';
import { bytes, count } from '../ui/format';
import { BudgetMeter, Figure } from './budget-meter';
import { download } from './download';
import { exportWire, fileNameOf } from './export-wire';
import { PacketDetail } from './packet-detail';
import { PacketList } from './packet-list';
import { Timeline } from './timeline';
import type { Zoom } from './timeline-span';
import { type InspectorView, Toolbar } from './toolbar';
import { useAckClock } from './use-ack-clock';
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
  const session = useAvatarSession();
  const { log, view } = useWireLog();
  const [shown, setShown] = useState<InspectorView>('packets');
  const [zoom, setZoom] = useState<Zoom>('15');
  const [selected, setSelected] = useState<number>();
  const now = useAckClock(view.acks);
  const panel = useId();
  const packets = useRef<HTMLDivElement>(null);
  const row = view.kept.find(({ id }) => id === selected);
  const startedAt = view.startedAt ?? 0;

  const onExport = (texts: boolean) => {
    const { service, provider } = session.getSnapshot();
    const file = exportWire(view, { texts, exportedAt: new Date(), service, provider });
    download(fileNameOf(file), file);
  };
  const onCloseDetail = () => {
    setSelected(undefined);
    // The button that had the focus is gone.
    packets.current?.querySelector<HTMLElement>('[role=listbox]')?.focus();
  };
  const common = { rows: view.rows, acks: view.acks, startedAt, selected, onSelect: setSelected };

  return (
    <section
      aria-label="Wire inspector"
      className={classNames('flex min-h-0 flex-col border-t border-line-2 bg-surface', className)}
    >
      <header className="flex min-h-13 shrink-0 items-center gap-x-6 px-4 max-md:gap-x-2 max-md:py-1">
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
            <span className="max-md:sr-only">{view.paused ? 'Resume' : 'Pause'}</span>
          </Button>
          <Button
            look="quiet"
            size="small"
            onClick={() => {
              log.clear();
              setSelected(undefined);
            }}
          >
            <Trash2 aria-hidden className="size-4" /> <span className="max-md:sr-only">Clear</span>
          </Button>
        </div>
      </header>
      <div
        id={panel}
        className={classNames(
          'min-h-0 flex-1 flex-col md:h-[min(21rem,40vh)] md:flex-none',
          open ? 'flex' : 'flex md:hidden',
        )}
      >
        <Toolbar
          log={log}
          view={view}
          shown={shown}
          onShow={setShown}
          zoom={zoom}
          onZoom={setZoom}
          onExport={onExport}
        />
        <div ref={packets} className="relative flex min-h-0 flex-1 border-t border-line">
          {view.rows.length === 0 ? (
            <p className="flex-1 px-4 py-5 text-sm text-ink-3">
              {view.kept.length === 0 ? nothingYet : nothingLeft}
            </p>
          ) : shown === 'packets' ? (
            <PacketList {...common} now={now} />
          ) : (
            <Timeline {...common} zoom={zoom} paused={view.paused} />
          )}
          {row !== undefined && (
            <PacketDetail
              row={row}
              ack={view.acks.get(row.id)}
              now={now}
              startedAt={startedAt}
              onSelect={setSelected}
              onClose={onCloseDetail}
            />
          )}
        </div>
      </div>
    </section>
  );
}

const nothingYet =
  'No packets yet. Connect and say something: each part, command and acknowledgement is listed here with its bytes.';
const nothingLeft = 'No packet is as the search and the two lists say.';

function sumOf({ packets, bytes: size }: Total): string {
  return `${count(packets)} ${packets === 1 ? 'packet' : 'packets'}, ${bytes(size)}`;
}
