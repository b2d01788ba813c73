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

  function dispatch(fact: Fact): void {
    const before = model;
    model = reduce(before, fact, maxMessages);
    if (model.snapshot === before.snapshot) return;
    const { state } = model.snapshot;
    const previous = before.snapshot.state;
    changes.emit('changed', undefined);
    if (state !== previous) events.emit('state-changed', { state, previous });
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
