/** Holds the model, tells listeners. Effects dispatch facts; nobody else writes. */

import { createEmitter, type Emitter } from '../emitter';
import { type Fact, initialModel, reduce } from './session-state';
import type { Message, SessionEvents, SessionSnapshot } from './session-types';

export interface SessionStore {
  getSnapshot(): SessionSnapshot;
  dispatch(fact: Fact): void;
  /** Adds a message to the transcript and says so. */
  add(message: Message): void;
  /** Replaces a message of the transcript by its newer form and says so. */
  update(message: Message): void;
  readonly events: Emitter<SessionEvents>;
  readonly changes: Emitter<{ changed: undefined }>;
}

export function createSessionStore(maxMessages: number): SessionStore {
  const events = createEmitter<SessionEvents>();
  const changes = createEmitter<{ changed: undefined }>();
  let model = initialModel;
  /** Told one after the other, also when a listener causes the next. */
  const changesOfState: SessionEvents['state-changed'][] = [];
  let telling = false;

  function dispatch(fact: Fact): void {
    const before = model;
    model = reduce(before, fact, maxMessages);
    if (model.snapshot === before.snapshot) return;
    const { state, avatar } = model.snapshot;
    const previous = before.snapshot.state;
    if (state !== previous) changesOfState.push({ state, previous });
    changes.emit('changed', undefined);
    if (avatar.speaking !== before.snapshot.avatar.speaking) {
      events.emit(avatar.speaking ? 'speech-started' : 'speech-ended', {});
    }
    if (telling) return;
    telling = true;
    for (const change of changesOfState) events.emit('state-changed', change);
    telling = false;
    changesOfState.length = 0;
  }

  function record(message: Message, isNew: boolean): void {
    dispatch({ type: 'message', message, isNew });
    events.emit('message-changed', { message });
  }

  return {
    events,
    changes,
    dispatch,
    getSnapshot: () => model.snapshot,
    add: (message) => record(message, true),
    update: (message) => record(message, false),
  };
}
