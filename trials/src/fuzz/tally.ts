/** What a run has met: a fuzz that never met a fault proves nothing about it. */

import type { SessionState } from '@avatarwire/core';
import { fatesIn, keyOf } from './laws/fates';
import { CLOSE_FAULTS, ENDS, JOIN_FAULTS, OPEN_FAULTS, SEND_FAULTS, type Step } from './steps';
import type { Trial } from './trial';

/** Every kind of fault there is, by the name under which it is counted. */
export const FAULTS: readonly string[] = [
  'delay',
  'jitter',
  'loss',
  'duplication',
  'reordering',
  'cut',
  'resume',
  'lossy reconnect',
  'stalled socket',
  ...ENDS.map((reason) => `link ended: ${reason}`),
  ...SEND_FAULTS.map((how) => `send ${how}`),
  ...JOIN_FAULTS.map((how) => `join ${how}`),
  ...OPEN_FAULTS.map((how) => `open ${how}`),
  ...CLOSE_FAULTS.map((how) => `close ${how}`),
  'leave hangs',
  'service ended',
  'avatar left',
  'avatar returned',
  'avatar went deaf',
  'credentials expiring',
  'connected again',
  'failed over',
  'rejoined',
  'clock an hour on',
  'clock an hour back',
  'interrupt',
  'close',
  'abort of connect',
  'abort of a text',
  'stream falls-silent',
  'stream throws',
  'called from a listener',
];

export const STATES: readonly SessionState[] = [
  'idle',
  'connecting',
  'waiting',
  'live',
  'reconnecting',
  'closing',
  'closed',
];

/** `page-hidden` needs a page: packages/core/test/broker/page.browser.test.ts. */
export const CLOSE_REASONS: readonly string[] = [
  'requested',
  'expired',
  'idle',
  'avatar-left',
  'joined-elsewhere',
  'removed',
  'service-ended',
  'unresponsive',
  'network-lost',
  'connect-failed',
];

export const OUTCOMES: readonly string[] = [
  'sent',
  'uncertain',
  'interrupted',
  'closed',
  'aborted',
  'delivery-uncertain',
  'not-connected',
  'queue-full',
  'invalid-argument',
];

type Counts = Record<string, number>;

/** Plain data, so that processes can hand it to each other. */
export interface Tally {
  sequences: number;
  steps: number;
  readonly deeds: Counts;
  readonly faults: Counts;
  readonly states: Counts;
  readonly arrows: Counts;
  readonly reasons: Counts;
  readonly outcomes: Counts;
  packets: number;
  /** Of the virtual clocks. */
  virtualMs: number;
}

export function emptyTally(): Tally {
  return {
    sequences: 0,
    steps: 0,
    deeds: {},
    faults: {},
    states: {},
    arrows: {},
    reasons: {},
    outcomes: {},
    packets: 0,
    virtualMs: 0,
  };
}

export function count(tally: Tally, trial: Trial, steps: readonly Step[]): void {
  const { ledger, witness, said, calls, clock } = trial;
  const add = (counts: Counts, what: string, by = 1) => {
    if (by > 0) counts[what] = (counts[what] ?? 0) + by;
  };
  tally.sequences += 1;
  tally.steps += steps.length;
  tally.packets += ledger.attempts.length;
  tally.virtualMs += clock.now();
  for (const { deed } of steps) add(tally.deeds, deed.do);
  for (const [what, times] of trial.met) add(tally.faults, what, times);
  for (const what of ['interrupt', 'close'])
    add(tally.faults, what, calls.filter((call) => call.what === what && call.state !== 'closed').length);
  countWire(trial, (what, by) => add(tally.faults, what, by));
  add(tally.states, 'idle');
  for (const { from, to } of witness.states) {
    add(tally.states, to);
    add(tally.arrows, `${from} → ${to}`);
  }
  for (const reason of witness.closed) add(tally.reasons, reason);
  for (const { delivery, error, abortedAt } of said) {
    if (delivery)
      add(tally.outcomes, witness.uncertain.has(delivery.messageId) ? 'uncertain' : delivery.status);
    else if (abortedAt() !== undefined) add(tally.outcomes, 'aborted');
    else if (error) add(tally.outcomes, (error as { code?: string }).code ?? 'failed source');
  }
}

/** What happened to packets under way, seen from both ends. */
function countWire(trial: Trial, met: (what: string, by: number) => void): void {
  const { ledger, sides } = trial;
  const fates = fatesIn(trial);
  const handed = new Map<string, number>();
  for (const attempt of ledger.attempts) handed.set(keyOf(attempt), (handed.get(keyOf(attempt)) ?? 0) + 1);
  const isLossy = sides.some(({ lossy }) => lossy.length > 0);
  if (isLossy) met('loss', ledger.attempts.filter((attempt) => fates.of(attempt) === 'unseen').length);
  met('duplication', [...fates.arrivals].filter(([key, times]) => times > (handed.get(key) ?? 0)).length);
  const places = new Map(ledger.attempts.map((attempt) => [keyOf(attempt), attempt.order]));
  const order = [...fates.arrivals.keys()].map((key) => places.get(key) ?? 0);
  met('reordering', order.filter((place, index) => place < (order[index - 1] ?? 0)).length);
  met('failed over', ledger.links.filter(({ side }) => side > 0).length);
  const rooms = ledger.links.map(({ room }) => room);
  met('rejoined', rooms.length - new Set(rooms).size);
}

export function addTally(sum: Tally, part: Tally): void {
  sum.sequences += part.sequences;
  sum.steps += part.steps;
  sum.packets += part.packets;
  sum.virtualMs += part.virtualMs;
  for (const field of ['deeds', 'faults', 'states', 'arrows', 'reasons', 'outcomes'] as const) {
    for (const [what, times] of Object.entries(part[field]))
      sum[field][what] = (sum[field][what] ?? 0) + times;
  }
}

/** What was never met, though a run of some length has to. */
export function missing(tally: Tally): string[] {
  const lacking = (names: readonly string[], counts: Counts, what: string) =>
    names.filter((name) => !counts[name]).map((name) => `${what} ${name}`);
  return [
    ...lacking(FAULTS, tally.faults, 'fault'),
    ...lacking(STATES, tally.states, 'state'),
    ...lacking(CLOSE_REASONS, tally.reasons, 'end'),
    ...lacking(OUTCOMES, tally.outcomes, 'outcome'),
  ];
}
