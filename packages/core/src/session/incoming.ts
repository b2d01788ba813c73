/** What comes from the room: is it the avatar, what does it say, whom does that concern. */

import type { Clock } from '../clock';
import type { WireRecord } from '../delivery/outgoing';
import type { Acknowledgement, Incoming } from '../protocol/messages';
import { createReassembler, type ReassemblyUpdate } from '../protocol/reassembler';
import type { AvatarTracker } from './avatar-tracker';
import type { ServiceLine } from './service-line';
import type { SessionStore } from './session-store';
import type { Message } from './session-types';

const MAX_REMEMBERED = 1_024;

export interface IncomingOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly line: ServiceLine;
  readonly avatar: () => AvatarTracker;
  /** Something came of the avatar, if only a sign that says nothing. */
  readonly onHeard: () => void;
  /** It said something. */
  readonly onWord: () => void;
  readonly onAcknowledgement: (acknowledgement: Acknowledgement) => void;
  /** Asked for each packet; undefined while nobody taps. */
  readonly tap: () => ((record: WireRecord) => void) | undefined;
}

export interface IncomingPackets {
  receive(packet: { readonly data: Uint8Array; readonly from: string }): void;
  /** What came of the avatar by another way. */
  accept(incoming: Incoming): void;
  close(): void;
}

export function receiveIncoming(options: IncomingOptions): IncomingPackets {
  const { store, clock, newId, line, avatar, onHeard, onWord, onAcknowledgement, tap } = options;
  const { events } = store;
  /** Messages of the transcript by the reassembler's key, while they may still change. */
  const open = new Map<string, Message>();
  const reassembler = createReassembler({ clock, onUpdate });

  function onUpdate(update: ReassemblyUpdate): void {
    const { key, type, text, complete } = update;
    if (type === 'duplicate') return;
    if (type === 'dropped') {
      const dropped = open.get(key);
      open.delete(key);
      events.emit('message-dropped', { id: dropped?.id ?? update.messageId, problem: update.problem });
      return;
    }
    const known = open.get(key);
    const message: Message = known
      ? { ...known, text, complete }
      : { id: newId(), author: update.speaker, text, complete, at: clock.wallNow() };
    if (known) store.update(message);
    else store.add(message);
    remember(key, message);
    if (complete && !known?.complete) events.emit('message-received', { message });
  }

  /** The one that changed last stands last; the reassembler itself forgets sooner than this. */
  function remember(key: string, message: Message): void {
    open.delete(key);
    open.set(key, message);
    if (open.size <= MAX_REMEMBERED) return;
    for (const [oldest] of open) return void open.delete(oldest);
  }

  function route(incoming: Incoming, from: string): void {
    onWord();
    switch (incoming.kind) {
      case 'chat-part':
        return reassembler.accept(incoming, from);
      case 'acknowledgement':
        return onAcknowledgement(incoming);
      case 'speech':
        return store.dispatch({ type: 'speaking', speaking: incoming.speaking });
      case 'unrecognised':
        return events.emit('unrecognised', { problem: incoming.problem, raw: incoming.raw });
    }
  }

  return {
    receive({ data, from }) {
      tap()?.({ at: clock.now(), direction: 'in', data, from });
      let known: readonly Incoming[] | undefined;
      const read = () => {
        known ??= line.dialogue.read(data);
        return known;
      };
      if (!avatar().speaksFor(from, () => read().some(({ kind }) => kind !== 'unrecognised'))) {
        events.emit('ignored-packet', { from, bytes: data.byteLength });
        return;
      }
      onHeard();
      for (const incoming of read()) route(incoming, from);
    },
    accept(incoming) {
      onHeard();
      route(incoming, avatar().id ?? '');
    },
    close() {
      reassembler.close();
      open.clear();
    },
  };
}
