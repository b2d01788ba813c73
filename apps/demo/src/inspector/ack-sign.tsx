import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';
import { duration } from '../ui/format';
import { type Ack, type AckState, ackState } from './acks';

const looks: Readonly<Record<AckState, string>> = {
  waiting: 'text-ink-2',
  acknowledged: 'text-accent',
  refused: 'font-semibold text-bad',
  missing: 'font-semibold text-bad',
  unconfirmed: 'text-ink-2',
};

/** At a command: what came of it. At an answer: how long it took. */
export function AckSign({
  ack,
  id,
  now,
}: {
  readonly ack: Ack;
  readonly id: number;
  readonly now: number;
}): ReactNode {
  const state = ackState(ack, now);
  return (
    <span data-ack={state} className={classNames('tabular shrink-0', looks[state])}>
      {ack.answerId === id ? `after ${duration(ack.ms ?? 0)}` : ackText(ack, state)}
    </span>
  );
}

export function ackText(ack: Ack, state: AckState): string {
  switch (state) {
    case 'waiting':
      return 'no ack yet';
    case 'acknowledged':
      return `ack ${duration(ack.ms ?? 0)}`;
    case 'refused':
      return `refused ${ack.code}, ${duration(ack.ms ?? 0)}`;
    case 'missing':
    case 'unconfirmed':
      return 'no ack';
  }
}
