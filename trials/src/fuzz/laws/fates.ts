/** What became of each packet after it was handed over, and who could know. */

import type { Attempt, Interval, LinkRecord } from '../ledger';
import type { Trial } from '../trial';

/**
 * `unseen`: swallowed by something that nobody is told of. `told`: by something that the session was told of, so that it
 * has to say so. `ended`: the session ended while it was on its way. `unexplained`: nothing of the kind happened.
 */
export type Fate = 'arrived' | 'unseen' | 'told' | 'ended' | 'unexplained';

/** What was handed over this long before the avatar was last heard counts as arrived: a round trip. */
const PRESUMED_MS = 1_000;

export interface Fates {
  of(attempt: Attempt): Fate;
  readonly arrivals: ReadonlyMap<string, number>;
}

export const keyOf = ({ frame }: Attempt) => `${frame.id}#${frame.index}`;

export function fatesIn(trial: Trial): Fates {
  const { ledger, sides, witness, transitMs } = trial;
  const arrivals = new Map<string, number>();
  const decoder = new TextDecoder();
  for (const { sim } of sides) {
    for (const { data } of sim.avatar.heard.frames) {
      const { mid, idx = 0 } = JSON.parse(decoder.decode(data));
      const key = `${mid}#${idx}`;
      arrivals.set(key, (arrivals.get(key) ?? 0) + 1);
    }
  }
  /** The latest moment at which it arrives if nothing swallows it; what was sent before comes before. */
  const due = new Map<Attempt, number>();
  const lastDue = new Map<unknown, number>();
  for (const attempt of ledger.attempts) {
    const holds = [...attempt.link.cuts, ...(sides[attempt.link.side]?.clogs ?? [])];
    holds.sort((one, other) => one.from - other.from);
    let at = attempt.at + transitMs;
    for (const { from, to } of holds) if (from <= at && to > attempt.at) at = Math.max(at, to + transitMs);
    at = Math.max(at, lastDue.get(attempt.link) ?? -Infinity);
    lastDue.set(attempt.link, at);
    due.set(attempt, at);
  }

  /** The other side knows it before it is told, the longer so while the link is cut. */
  function endOf({ side: index, room, madeAt, endedAt }: LinkRecord): number {
    const { sim, ends } = sides[index] ?? {};
    const paidUntil = sim?.service.sessions.find((session) => session.room === room)?.endedAt ?? Infinity;
    const far = [...(ends ?? []), paidUntil].filter((at) => at >= madeAt && at <= endedAt);
    return Math.min(endedAt - transitMs, ...far);
  }

  function of(attempt: Attempt): Fate {
    if (arrivals.has(keyOf(attempt))) return 'arrived';
    const { at, link } = attempt;
    const side = sides[link.side];
    const by = due.get(attempt) ?? at;
    const during = ({ from, to }: Interval) => from <= by && to >= at;
    const wasEnded = endOf(link) <= by;
    if (side?.lossy.some(during)) return 'unseen';
    const away = side?.away.filter(during) ?? [];
    const runEnded =
      witness.states.find((change) => change.run === link.run && change.to === 'closing')?.at ?? Infinity;
    const clogged = side?.clogs.some(({ from, to }) => from <= by && to >= at && to - at > PRESUMED_MS);
    // A socket that stalls alone while the avatar goes on talking tells nobody, and the transport said that it took it.
    if (clogged) return 'unseen';
    if (witness.sawAbsence(at, runEnded) && away.length > 0) return 'told';
    const isLossy = link.lossy.some((back) => back.order > attempt.order && by >= back.at);
    if (isLossy || (wasEnded && link.endedAt < runEnded)) return 'told';
    if (wasEnded || by >= runEnded - transitMs) return 'ended';
    if (side?.deaf.some(during)) return 'unseen';
    if (away.length === 0) return 'unexplained';
    // It left and was back within the grace, of which the room says nothing; or the session ended before it was seen.
    return away.some(({ to }) => to >= runEnded) ? 'ended' : 'unseen';
  }

  return { of, arrivals };
}
