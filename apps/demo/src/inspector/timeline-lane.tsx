import type { ReactNode } from 'react';
import { duration } from '../ui/format';
import { type Ack, ackState } from './acks';
import type { Bar, LaneLayout, Mark } from './timeline-layout';

/** Where a lane is drawn. */
export interface Place {
  readonly lane: LaneLayout;
  readonly top: number;
  readonly height: number;
  readonly trackPx: number;
}

const MIN_TRACK_PX = 20;
const PADDING_PX = 5;

/** Shares the height among the lanes by their tracks; chat, where the parts are, gets twice as much. */
export function placesOf(lanes: readonly LaneLayout[], height: number): readonly Place[] {
  const weightOf = ({ lane, tracks }: LaneLayout) => (lane === 'chat' ? Math.max(2, tracks) : tracks);
  const unit = height / lanes.reduce((sum, lane) => sum + weightOf(lane), 0);
  let top = 0;
  return lanes.map((lane) => {
    const laneHeight = Math.max(MIN_TRACK_PX, unit * weightOf(lane));
    const place = { lane, top, height: laneHeight, trackPx: laneHeight / lane.tracks };
    top += laneHeight;
    return place;
  });
}

interface LaneDrawingProps {
  readonly place: Place;
  readonly width: number;
  readonly selected: number | undefined;
}

export function LaneDrawing({ place, width, selected }: LaneDrawingProps): ReactNode {
  const { lane, top, height } = place;
  return (
    <g data-lane={lane.lane}>
      {lane.bars.map((bar) => (
        <BarDrawing key={bar.key} bar={bar} place={place} width={width} selected={selected} />
      ))}
      <line x2={width} y1={top + height - 0.5} y2={top + height - 0.5} className="stroke-line" />
    </g>
  );
}

interface BarDrawingProps extends LaneDrawingProps {
  readonly bar: Bar;
}

const inks: Readonly<Record<LaneLayout['lane'], string>> = {
  interrupt: 'text-bad',
  command: 'text-ink',
  chat: 'text-accent',
  in: 'text-ink-2',
};

function BarDrawing({ bar, place, width, selected }: BarDrawingProps): ReactNode {
  const { lane, top, trackPx } = place;
  const y = top + bar.track * trackPx + PADDING_PX;
  const height = Math.max(6, trackPx - 2 * PADDING_PX);
  const base = y + height;
  // What goes on outside of the window is not drawn for miles.
  const from = Math.max(-2, bar.x);
  const to = Math.min(width + 2, bar.x + bar.width);
  const chosen = bar.marks.find(({ id }) => id === selected);

  return (
    <g data-end={bar.end} className={inks[lane.lane]}>
      {bar.ack === undefined && bar.width > 3 && (
        <rect x={from} y={y} width={to - from} height={height} className="fill-accent-soft" />
      )}
      {bar.ack !== undefined && <Waiting ack={bar.ack} from={from} to={to} y={y + height / 2} />}
      <path d={linesOf(bar.marks, base, height)} stroke="currentColor" strokeWidth={2} />
      {bar.end === 'cut' && (
        <path d={`M${to} ${y}v${height}`} strokeWidth={3} className="stroke-bad" data-testid="cut" />
      )}
      {chosen !== undefined && (
        <rect
          x={chosen.x - 3.5}
          y={y - 2.5}
          width={7}
          height={height + 5}
          fill="none"
          strokeWidth={1.5}
          className="stroke-ink"
        />
      )}
    </g>
  );
}

interface WaitingProps {
  readonly ack: Ack;
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** From a command to its acknowledgement: as long as it took. */
function Waiting({ ack, from, to, y }: WaitingProps): ReactNode {
  const state = ackState(ack, ack.sentAt);
  if (ack.ms === undefined) {
    return <circle cx={from + 8} cy={y} r={3.5} strokeWidth={1.5} className="fill-surface stroke-line-2" />;
  }
  return (
    <>
      <line x1={from} x2={to} y1={y} y2={y} stroke="currentColor" strokeWidth={2} />
      <circle
        cx={to}
        cy={y}
        r={3.5}
        strokeWidth={1.5}
        className={state === 'refused' ? 'fill-bad stroke-bad' : 'fill-surface stroke-accent'}
      />
      <text x={to + 8} y={y + 3.5} className="tabular fill-ink-2 text-2xs">
        {duration(ack.ms)}
      </text>
    </>
  );
}

/** One line a pixel at most: ten thousand packets are drawn as fast as a hundred. */
function linesOf(marks: readonly Mark[], base: number, height: number): string {
  const columns = new Map<number, number>();
  for (const { x, size } of marks) {
    const column = Math.round(x);
    columns.set(column, Math.max(columns.get(column) ?? 0, size));
  }
  return [...columns].map(([x, size]) => `M${x} ${base}v${-Math.max(4, size * height).toFixed(1)}`).join('');
}
