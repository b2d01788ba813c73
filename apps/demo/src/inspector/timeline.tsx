import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { classNames } from '../ui/class-names';
import type { Ack } from './acks';
import { lineOf } from './packet-facts';
import { type Hit, timelineMove } from './timeline-keys';
import { LaneDrawing, type Place, placesOf } from './timeline-lane';
import { layoutTimeline, nearestMark } from './timeline-layout';
import { useTimeSpan, type Zoom } from './timeline-span';
import { useSize } from './use-size';
import type { WireRow } from './wire-log';

interface TimelineProps {
  readonly rows: readonly WireRow[];
  readonly acks: ReadonlyMap<number, Ack>;
  readonly startedAt: number;
  readonly zoom: Zoom;
  readonly paused: boolean;
  readonly selected: number | undefined;
  readonly onSelect: (id: number) => void;
}

const AXIS_PX = 22;

/**
 * Every message as a bar with its parts in it. One tab stop: left and right go through the packets in time, up and down
 * to the lane above and below. What the pointer is at is read below; a click selects it.
 */
export function Timeline(props: TimelineProps): ReactNode {
  const { rows, acks, startedAt, zoom, paused, selected, onSelect } = props;
  const [box, size] = useSize<HTMLDivElement>();
  const chosen = rows.find((row) => row.id === selected);
  const { from, to } = useTimeSpan(rows, zoom, paused, chosen);
  const [pointed, setPointed] = useState<number>();
  const id = useId();
  const width = size?.width ?? 0;

  const layout = useMemo(
    () => (width === 0 ? undefined : layoutTimeline(rows, acks, { from, to, origin: startedAt, width })),
    [rows, acks, from, to, width, startedAt],
  );
  const places = useMemo(
    () => (layout === undefined ? [] : placesOf(layout.lanes, (size?.height ?? 0) - AXIS_PX)),
    [layout, size?.height],
  );

  const at = (event: MouseEvent): number | undefined => {
    const frame = box.current?.getBoundingClientRect();
    if (frame === undefined) return undefined;
    const y = event.clientY - frame.top;
    const place = places.find(({ top, height }) => y >= top && y < top + height);
    if (place === undefined) return undefined;
    const track = Math.min(place.lane.tracks - 1, Math.floor((y - place.top) / place.trackPx));
    return nearestMark(place.lane, event.clientX - frame.left, track)?.id;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const hits: Hit[] = rows.map(({ id: packet, record }) => ({
      id: packet,
      at: record.at,
      lane: record.direction === 'in' ? 'in' : (record.lane ?? 'chat'),
    }));
    const next = timelineMove(event.key, hits, selected);
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next);
  };

  const shownId = pointed ?? selected;
  const shown = rows.find((row) => row.id === shownId);
  const active = chosen ?? rows.at(-1);

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div
        role="listbox"
        tabIndex={0}
        aria-label="Timeline"
        aria-orientation="horizontal"
        aria-activedescendant={active === undefined ? undefined : `${id}-active`}
        onKeyDown={onKeyDown}
        className="flex min-h-0 flex-1 -outline-offset-2"
      >
        {active !== undefined && (
          // The one packet that the keys are at, for whoever cannot see the drawing.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays with the listbox around it
          <span
            id={`${id}-active`}
            role="option"
            aria-selected={active.id === selected}
            aria-posinset={rows.indexOf(active) + 1}
            aria-setsize={rows.length}
            className="sr-only"
          >
            {lineOf(active, startedAt)}
          </span>
        )}
        <div aria-hidden className="relative w-21 shrink-0 border-r border-line max-md:w-19">
          {places.map(({ lane, top, height }) => (
            <LaneName key={lane.lane} place={{ top, height }} name={lane.lane} />
          ))}
        </div>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are with the listbox around it */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
        <div
          ref={box}
          data-testid="timeline"
          onPointerMove={(event) => setPointed(at(event))}
          onPointerLeave={() => setPointed(undefined)}
          onClick={(event) => {
            const hit = at(event);
            if (hit !== undefined) onSelect(hit);
          }}
          className={classNames(
            'relative min-w-0 flex-1 overflow-hidden',
            pointed !== undefined && 'cursor-pointer',
          )}
        >
          {layout !== undefined && size !== undefined && (
            <svg aria-hidden width={size.width} height={size.height} className="absolute inset-0">
              {layout.axis.map(({ x, at: time }) => (
                <g key={time}>
                  <line x1={x} x2={x} y2={size.height - AXIS_PX} className="stroke-line" />
                  <text
                    x={x}
                    y={size.height - 7}
                    textAnchor="middle"
                    className="tabular fill-ink-3 font-mono text-2xs"
                  >
                    {axisText(time)}
                  </text>
                </g>
              ))}
              {places.map((place) => (
                <LaneDrawing key={place.lane.lane} place={place} width={size.width} selected={shownId} />
              ))}
              {layout.interrupts.map((x) => (
                <line
                  key={x}
                  x1={x}
                  x2={x}
                  y2={size.height - AXIS_PX}
                  strokeWidth={1.5}
                  strokeDasharray="3 3"
                  className="stroke-bad"
                />
              ))}
            </svg>
          )}
        </div>
      </div>
      <p className="tabular h-7 shrink-0 truncate border-t border-line px-4 font-mono text-xs leading-7 text-ink-2">
        {shown === undefined ? 'Point at a packet, or use the arrow keys.' : lineOf(shown, startedAt)}
      </p>
    </div>
  );
}

const names: Readonly<Record<Place['lane']['lane'], string>> = {
  interrupt: 'Interrupt',
  command: 'Command',
  chat: 'Chat',
  in: 'In',
};

function LaneName({
  place: { top, height },
  name,
}: {
  readonly place: { readonly top: number; readonly height: number };
  readonly name: keyof typeof names;
}): ReactNode {
  return (
    <span
      style={{ top, height }}
      className="caption absolute inset-x-0 flex items-center border-b border-line pl-4 max-md:pl-3"
    >
      {names[name]}
    </span>
  );
}

/** `12 s`, `12.4 s` */
function axisText(ms: number): string {
  return `${ms % 1_000 === 0 ? ms / 1_000 : (ms / 1_000).toFixed(1)} s`;
}
