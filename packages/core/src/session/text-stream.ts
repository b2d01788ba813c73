/**
 * A stream of text as a place in the chat lane. The outbox pulls: whenever there is budget it asks for the next part,
 * and what the source has given by then, as far as it can be spoken, becomes one more complete message. So the first
 * sentence leaves at once, and while the queue is behind, later ones are merged into full packets.
 */

import { createMessageParts } from '../delivery/chunker';
import type { MessageParts, Part } from '../delivery/outgoing';
import { createSentenceFlow } from '../delivery/text-flow';

/** How far back a refused part can be cut again: more than a second's packets of any provider with a rate. */
const MAX_KEPT_MESSAGES = 64;

interface Inner {
  readonly id: string;
  readonly parts: MessageParts;
  first?: Part;
  nextIndex: number;
}

/** A message of which some parts were cut and the final one was not. */
export interface OpenMessage {
  readonly messageId: string;
  readonly nextIndex: number;
}

export interface MessageSequence extends MessageParts {
  openMessage(): OpenMessage | undefined;
}

/** A run of complete messages, each under an id of its own, that the outbox takes for one. */
export function createMessageSequence(newId: () => string): MessageSequence {
  const flow = createSentenceFlow();
  const owners = new WeakMap<Part, Inner>();
  const recent: Inner[] = [];
  /** Which of `recent` is being cut; those after it were cut before a rewind and are cut again. */
  let position = -1;
  let forgottenTextBytes = 0;
  let ended = false;
  let rest = '';

  function takeSpeakable(): string | undefined {
    if (!ended) return flow.take(position >= 0);
    const text = rest;
    rest = '';
    return text === '' ? undefined : text;
  }

  function advance(): Inner | undefined {
    const current = recent[position];
    if (current && !current.parts.done) return current;
    if (position + 1 === recent.length) {
      const text = takeSpeakable();
      if (text === undefined) return undefined;
      const id = newId();
      const parts = createMessageParts(id);
      parts.append(text);
      parts.end();
      recent.push({ id, parts, nextIndex: 0 });
      if (recent.length > MAX_KEPT_MESSAGES) forgottenTextBytes += recent.shift()?.parts.totalTextBytes ?? 0;
      else position++;
    } else {
      position++;
    }
    return recent[position];
  }

  function rewind(inner: Inner, part: Part): void {
    inner.parts.rewindTo(part);
    inner.nextIndex = part.index;
  }

  return {
    openMessage() {
      const inner = recent[position];
      return inner && !inner.parts.done ? { messageId: inner.id, nextIndex: inner.nextIndex } : undefined;
    },
    next(maxPacketBytes) {
      const inner = advance();
      const part = inner?.parts.next(maxPacketBytes);
      if (!inner || !part) return undefined;
      const owned: Part = { ...part, messageId: inner.id };
      inner.first ??= owned;
      inner.nextIndex = part.index + 1;
      owners.set(owned, inner);
      return owned;
    },
    get done() {
      return ended && rest === '' && position + 1 === recent.length && (recent[position]?.parts.done ?? true);
    },
    get totalTextBytes() {
      return recent.reduce((total, { parts }) => total + parts.totalTextBytes, forgottenTextBytes);
    },
    rewindTo(part) {
      const owner = owners.get(part);
      if (!owner) return;
      position = recent.indexOf(owner);
      rewind(owner, part);
      for (const later of recent.slice(position + 1)) if (later.first) rewind(later, later.first);
    },
    remainingText() {
      const cut = recent.slice(Math.max(0, position)).map(({ parts }) => parts.remainingText());
      return cut.join('') + (ended ? rest : flow.peek());
    },
    append: (text) => flow.append(text),
    end() {
      ended = true;
      rest = flow.end() ?? '';
    },
  };
}
