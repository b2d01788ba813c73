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
  const listeners = createEmitter<SessionEvents>();
  const changes = createEmitter<{ changed: undefined }>();
  let model = initialModel;
  /** Told one after the other, also when a listener causes the next. */
  const untold: (() => void)[] = [];
  let telling = false;

  const happened: Emitter<SessionEvents>['emit'] = (event, payload) => {
    untold.push(() => listeners.emit(event, payload));
  };

  function tell(): void {
    if (telling) return;
    telling = true;
    for (const emit of untold) emit();
    telling = false;
    untold.length = 0;
  }

  const events: Emitter<SessionEvents> = {
    ...listeners,
    emit(event, payload) {
      happened(event, payload);
      tell();
    },
  };

  function dispatch(fact: Fact): void {
    const before = model.snapshot;
    model = reduce(model, fact, maxMessages);
    if (fact.type === 'message') happened('message-changed', { message: fact.message });
    if (model.snapshot !== before) changed(before, model.snapshot);
    tell();
  }

  function changed(before: SessionSnapshot, { state, avatar, closed }: SessionSnapshot): void {
    if (avatar.speaking !== before.avatar.speaking)
      happened(avatar.speaking ? 'speech-started' : 'speech-ended', {});
    if (state !== before.state) happened('state-changed', { state, previous: before.state });
    if (closed && closed !== before.closed) happened('closed', closed);
    changes.emit('changed', undefined);
  }

  return {
    events,
    changes,
    dispatch,
    getSnapshot: () => model.snapshot,
    add: (message) => dispatch({ type: 'message', message, isNew: true }),
    update: (message) => dispatch({ type: 'message', message, isNew: false }),
  };
}
