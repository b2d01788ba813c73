/** What comes from the room: is it the avatar, what does it say, whom does that concern. */

import type { Clock } from '../clock';
import { countWithin } from '../count-within';
import type { WireRecord } from '../delivery/outgoing';
import type { Acknowledgement, Incoming } from '../protocol/messages';
import { createReassembler, type ReassemblyUpdate } from '../protocol/reassembler';
import type { AvatarTracker } from './avatar-tracker';
import type { ServiceLine } from './service-line';
import { MAX_PACKETS_PER_SECOND } from './session-defaults';
import type { SessionStore } from './session-store';
import type { Message } from './session-types';

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
  /** Messages of the transcript by the reassembler's key, without their text: that is remembered there, and bounded. */
  const open = new WeakMap<object, Message>();
  const reassembler = createReassembler({ clock, onUpdate });
  const countInSecond = countWithin(clock, 1_000);

  function onUpdate(update: ReassemblyUpdate): void {
    const { key, type, text, complete } = update;
    if (type === 'duplicate') return;
    if (type === 'dropped') {
      events.emit('message-dropped', { id: open.get(key)?.id ?? update.messageId, problem: update.problem });
      return;
    }
    const known = open.get(key);
    const message: Message = known
      ? { ...known, text, complete }
      : { id: newId(), author: update.speaker, text, complete, at: clock.wallNow() };
    if (known) store.update(message);
    else store.add(message);
    open.set(key, { ...message, text: '' });
    if (complete && !known?.complete) events.emit('message-received', { message });
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
      const packets = countInSecond();
      if (packets > MAX_PACKETS_PER_SECOND) {
        const problem = `More than ${MAX_PACKETS_PER_SECOND} packets a second: some are not read.`;
        if (packets === MAX_PACKETS_PER_SECOND + 1) events.emit('unrecognised', { problem, raw: undefined });
        return;
      }
      onHeard();
      for (const incoming of read()) route(incoming, from);
    },
    accept(incoming) {
      onHeard();
      route(incoming, avatar().id ?? '');
    },
    close: reassembler.close,
  };
}
