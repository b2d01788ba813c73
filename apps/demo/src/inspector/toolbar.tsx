import { Download, Search, SlidersHorizontal } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { Button } from '../ui/button';
import { classNames } from '../ui/class-names';
import { count } from '../ui/format';
import { Segmented } from '../ui/segmented';
import { Select } from '../ui/select';
import { countsOf, everything, isEverything, type Where } from './filter';
import { type Zoom, zooms } from './timeline-span';
import type { WireLog, WireView } from './wire-log';

export type InspectorView = 'packets' | 'timeline';

interface ToolbarProps {
  readonly log: WireLog;
  readonly view: WireView;
  readonly shown: InspectorView;
  readonly onShow: (shown: InspectorView) => void;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
  readonly onExport: (texts: boolean) => void;
}

const views = [
  { value: 'packets', label: 'Packets' },
  { value: 'timeline', label: 'Timeline' },
] as const;

const places: Readonly<Record<Where, string>> = {
  all: 'In and out',
  in: 'In',
  out: 'Out',
  interrupt: 'Out: interrupt',
  command: 'Out: command',
  chat: 'Out: chat',
};
const orderedPlaces = ['all', 'in', 'out', 'interrupt', 'command', 'chat'] as const;

/** What is shown of the packets, and how; and all of it as a file. */
export function Toolbar({ log, view, shown, onShow, zoom, onZoom, onExport }: ToolbarProps): ReactNode {
  const { filter, kept, rows } = view;
  const { where, kinds } = useMemo(() => countsOf(kept), [kept]);
  const [texts, setTexts] = useState(false);
  /** On a phone, where there is no room for all of it at once. */
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  // A kind that was chosen stays to be seen, also when the last of it is no longer kept.
  const known = kinds.some(({ kind }) => kind === filter.kind) || filter.kind === '';

  const onKeyDown = (event: KeyboardEvent) => {
    // Elsewhere on the page this key interrupts the avatar.
    if (event.key !== 'Escape' || filter.text === '') return;
    event.preventDefault();
    log.setFilter({ ...filter, text: '' });
  };

  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line px-4 py-1.5">
      <Segmented
        label="View of the packets"
        value={shown}
        options={views}
        onChange={onShow}
        className="max-md:[&_label]:px-2.5"
      />
      {shown === 'timeline' && (
        <Segmented
          label="Time shown"
          value={zoom}
          options={zooms}
          onChange={onZoom}
          className="max-md:[&_label]:px-2"
        />
      )}
      <button
        type="button"
        aria-label="Search, filter and export"
        aria-expanded={unfolded}
        aria-controls={id}
        onClick={() => setUnfolded(!unfolded)}
        className={classNames(
          '-mr-1.5 ml-auto size-9 rounded-control md:hidden',
          isEverything(filter) ? 'text-ink-2' : 'bg-accent-soft text-accent',
        )}
      >
        <SlidersHorizontal aria-hidden className="mx-auto size-4.5" />
      </button>
      <div
        id={id}
        className={classNames(
          'flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-2 max-md:basis-full',
          !unfolded && 'max-md:hidden',
        )}
      >
        <label className="relative min-w-28 flex-[0_1_13rem] max-md:flex-[1_0_100%]">
          <span className="sr-only">Search the packets</span>
          <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
          <input
            type="search"
            value={filter.text}
            onChange={({ target }) => log.setFilter({ ...filter, text: target.value })}
            onKeyDown={onKeyDown}
            placeholder="Search"
            className="h-8 w-full rounded-control border border-line-2 bg-surface pr-2 pl-8 text-sm placeholder:text-ink-3 hover:border-ink max-md:text-[1rem]"
          />
        </label>
        <Select
          aria-label="Direction and lane"
          value={filter.where}
          options={orderedPlaces.map((value) => ({
            value,
            label: `${places[value]}, ${count(where[value])}`,
          }))}
          onChange={(chosen) => log.setFilter({ ...filter, where: chosen })}
          className="max-md:min-w-0 max-md:flex-1"
        />
        <Select
          aria-label="Type or command"
          value={filter.kind}
          options={[
            { value: '', label: 'Any type' },
            ...kinds.map(({ kind, packets }) => ({ value: kind, label: `${kind}, ${count(packets)}` })),
            ...(known ? [] : [{ value: filter.kind, label: `${filter.kind}, 0` }]),
          ]}
          onChange={(chosen) => log.setFilter({ ...filter, kind: chosen })}
          className="max-w-44 max-md:min-w-0 max-md:flex-1"
        />
        <p data-testid="packet-count" className="tabular text-xs text-ink-2">
          {countText(view)}
          {view.paused && <span className="text-warn">, {count(view.sincePause)} since the pause</span>}
        </p>
        {!isEverything(filter) && (
          <button
            type="button"
            onClick={() => log.setFilter(everything)}
            className="text-xs font-medium text-ink-2 underline underline-offset-2 hover:text-ink"
          >
            Show all
          </button>
        )}
        <div className="ml-auto flex items-center gap-2">
          <label className="flex items-center gap-1.5 text-xs text-ink-2">
            <input
              type="checkbox"
              checked={texts}
              onChange={({ target }) => setTexts(target.checked)}
              className="size-4 accent-(--accent)"
            />
            with what was said
          </label>
          <Button
            look="quiet"
            size="small"
            disabled={rows.length === 0}
            onClick={() => onExport(texts)}
            title="Downloads the packets shown here as JSON, without credentials in their text."
            className="-mr-2"
          >
            <Download aria-hidden className="size-4" /> Export
          </Button>
        </div>
      </div>
    </div>
  );
}

function countText({ filter, kept, rows }: WireView): string {
  if (!isEverything(filter)) return `${count(rows.length)} of ${count(kept.length)}`;
  return kept.length === 1 ? '1 packet' : `${count(kept.length)} packets`;
}
