/** Watches a session from outside, as an application would, and notes what it must not see. */

import type { AvatarSession, Message, SessionSnapshot, SessionState } from '@avatarwire/core';

/** `waiting` and `reconnecting` go back to `connecting` when an attempt fails that never went live. */
const ARROWS: { readonly [S in SessionState]: readonly SessionState[] } = {
  idle: ['connecting'],
  connecting: ['waiting', 'closing'],
  waiting: ['live', 'reconnecting', 'connecting', 'closing'],
  live: ['waiting', 'reconnecting', 'closing'],
  reconnecting: ['waiting', 'live', 'connecting', 'closing'],
  closing: ['closed'],
  closed: ['connecting'],
};

export interface Witness {
  readonly broken: string[];
  /** Changes of state as the snapshot showed them. */
  readonly states: {
    readonly at: number;
    readonly from: SessionState;
    readonly to: SessionState;
    readonly run: number;
  }[];
  readonly received: { readonly run: number; readonly message: Message }[];
  readonly uncertain: Set<string>;
  readonly newest: Map<string, Message>;
  readonly dropped: { count: number };
  readonly closed: string[];
  /** Which `connect()` it is in. */
  readonly run: number;
  /** Whether the avatar was seen gone in this time. */
  sawAbsence(from: number, to: number): boolean;
  stop(): void;
}

export function watch(session: AvatarSession, now: () => number): Witness {
  const broken: string[] = [];
  const states: Witness['states'] = [];
  const received: Witness['received'] = [];
  const uncertain = new Set<string>();
  const newest = new Map<string, Message>();
  const dropped = { count: 0 };
  const closed: string[] = [];
  const absences: number[] = [];
  let run = 0;
  let seen: SessionSnapshot = session.getSnapshot();
  let told: SessionState = seen.state;
  let speaking = false;
  let wasLive = false;
  let liveSince = 0;

  function look(): void {
    const snapshot = session.getSnapshot();
    if (snapshot === seen) broken.push('a change was told, and the snapshot is the same');
    if (session.getSnapshot() !== snapshot) broken.push('two looks at once gave two snapshots');
    freeze(snapshot);
    const { state: to } = snapshot;
    const { state: from } = seen;
    if (to !== from) step(from, to);
    if (seen.avatar.present && !snapshot.avatar.present) absences.push(now());
    if ((to === 'closed') !== (snapshot.closed !== undefined))
      broken.push(`closed does not go with the state ${to}`);
    if (to === 'live' && !snapshot.avatar.present) broken.push('live without an avatar');
    seen = snapshot;
  }

  function step(from: SessionState, to: SessionState): void {
    if (!ARROWS[from].includes(to)) broken.push(`the state went from ${from} to ${to}`);
    if (to === 'connecting' && (from === 'idle' || from === 'closed')) {
      run += 1;
      wasLive = false;
    } else if (to === 'connecting' && wasLive) {
      broken.push('another provider was tried after the first live moment');
    }
    if (to === 'live') liveSince = now();
    // A listener to that very change may have cut the connection before anything could flow.
    if (from === 'live' && now() > liveSince) wasLive = true;
    states.push({ at: now(), from, to, run });
  }

  const undo = [
    session.subscribe(look),
    session.on('state-changed', ({ state, previous }) => {
      if (previous !== told) broken.push(`state-changed said ${previous} was before, and it was ${told}`);
      told = state;
    }),
    session.on('message-changed', ({ message }) => {
      freeze(message);
      newest.set(message.id, message);
    }),
    session.on('message-received', ({ message }) => {
      if (!message.complete) broken.push('an unfinished message was received');
      received.push({ run, message });
    }),
    session.on('message-uncertain', ({ message }) => uncertain.add(message.id)),
    session.on('message-dropped', () => {
      dropped.count += 1;
    }),
    session.on('speech-started', () => {
      if (speaking) broken.push('speech started twice');
      speaking = true;
    }),
    session.on('speech-ended', () => {
      if (!speaking) broken.push('speech ended twice');
      speaking = false;
    }),
    session.on('closed', ({ reason }) => {
      closed.push(reason);
      if (told !== 'closed') broken.push(`closed was told while state-changed had said ${told}`);
      const { state, closed: shown } = session.getSnapshot();
      if (state === 'closed' && shown?.reason !== reason)
        broken.push(`closed was told as ${reason} and shown as ${shown?.reason}`);
    }),
  ];

  return {
    broken,
    states,
    received,
    uncertain,
    newest,
    dropped,
    closed,
    get run() {
      return run;
    },
    sawAbsence: (from, to) => absences.some((at) => at >= from && at <= to),
    stop() {
      for (const remove of undo) remove();
      const snapshot = session.getSnapshot();
      if (snapshot !== seen) broken.push('the snapshot changed without a word');
      if (told !== snapshot.state)
        broken.push(`the last state-changed said ${told}, and it is ${snapshot.state}`);
      for (const message of snapshot.messages) {
        if (newest.get(message.id) !== message)
          broken.push('the transcript differs from the last message-changed');
      }
      const ids = new Set(snapshot.messages.map(({ id }) => id));
      if (ids.size !== snapshot.messages.length) broken.push('two messages of the transcript have one id');
    },
  };
}

/** Whoever changes a snapshot afterwards throws. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof Error) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}
