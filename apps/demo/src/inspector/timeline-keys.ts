import { LANES, type TimelineLane } from './timeline-layout';

/** A packet that can be reached. */
export interface Hit {
  readonly id: number;
  readonly at: number;
  readonly lane: TimelineLane;
}

/**
 * Which packet a key leads to: left and right to the one before and after, up and down to the nearest in time of the
 * next lane that has any. Undefined for a key that leads nowhere. @param hits in the order of time
 */
export function timelineMove(
  key: string,
  hits: readonly Hit[],
  selected: number | undefined,
): number | undefined {
  const index = hits.findIndex(({ id }) => id === selected);
  const current = hits[index];
  switch (key) {
    case 'Home':
      return hits[0]?.id;
    case 'End':
      return hits.at(-1)?.id;
    case 'ArrowLeft':
      return current === undefined ? hits.at(-1)?.id : (hits[index - 1] ?? current).id;
    case 'ArrowRight':
      return current === undefined ? hits.at(-1)?.id : (hits[index + 1] ?? current).id;
    case 'ArrowUp':
    case 'ArrowDown':
      return current === undefined
        ? hits.at(-1)?.id
        : inNextLane(hits, current, key === 'ArrowUp' ? -1 : 1).id;
    default:
      return undefined;
  }
}

function inNextLane(hits: readonly Hit[], current: Hit, step: 1 | -1): Hit {
  for (let lane = LANES.indexOf(current.lane) + step; LANES[lane] !== undefined; lane += step) {
    const there = hits.filter((hit) => hit.lane === LANES[lane]);
    const [first] = there;
    if (first === undefined) continue;
    const distance = (hit: Hit) => Math.abs(hit.at - current.at);
    return there.reduce((nearest, hit) => (distance(hit) < distance(nearest) ? hit : nearest), first);
  }
  return current;
}
