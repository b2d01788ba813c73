/** One thing the application said, from the call to what became of it. */

import type { Clock } from '../clock';
import type { ChatOutcome, ChatProgress } from '../delivery/outgoing';
import type { AvatarMode } from '../protocol/messages';
import { createDeferred, type Deferred } from './deferred';
import type { Delivery, Message, MessageDelivery } from './session-types';

export interface OutgoingMessage {
  /** The message of the transcript, in its newest form. */
  readonly message: Message;
  /** Fixed when it was said. */
  readonly mode: AvatarMode | undefined;
  readonly delivery: Deferred<Delivery>;
  /** Since when it has waited for a connection; undefined while there is one. */
  waitingSince: number | undefined;
  grew(text: string, complete: boolean): void;
  progressed(progress: ChatProgress): void;
  finished(outcome: ChatOutcome, uncertain: boolean): void;
  became(state: MessageDelivery['state']): void;
}

export function createOutgoingMessage(
  first: {
    id: string;
    kind: NonNullable<Message['kind']>;
    text: string;
    complete: boolean;
    mode: AvatarMode | undefined;
  },
  clock: Clock,
  onChange: (message: Message) => void,
): OutgoingMessage {
  const { mode, ...said } = first;
  const delivery = createDeferred<Delivery>();
  let message: Message = {
    ...said,
    author: 'application',
    at: clock.wallNow(),
    delivery: { state: 'queued', sentBytes: 0, totalBytes: 0 },
  };

  function change(next: Partial<Message>): void {
    message = { ...message, ...next };
    onChange(message);
  }

  const bytesOf = ({ sentTextBytes, totalTextBytes }: ChatProgress) => ({
    sentBytes: sentTextBytes,
    totalBytes: totalTextBytes,
  });

  return {
    get message() {
      return message;
    },
    mode,
    delivery,
    waitingSince: undefined,
    grew: (text, complete) => change({ text, complete }),
    progressed: (progress) => change({ delivery: { state: 'sending', ...bytesOf(progress) } }),
    became(state) {
      const { sentBytes = 0, totalBytes = 0 } = message.delivery ?? {};
      change({ delivery: { state, sentBytes, totalBytes } });
    },
    finished(outcome, uncertain) {
      const { status, parts, bytes, unsentText, error } = outcome;
      const state = status === 'sent' && uncertain ? 'uncertain' : status;
      const more = { ...(unsentText !== '' && { unsentText }), ...(error && { error }) };
      change({ complete: true, delivery: { state, ...bytesOf(outcome), ...more } });
      if (status === 'failed') delivery.reject(error);
      else delivery.resolve({ messageId: message.id, status, parts, bytes, unsentText, uncertain });
    },
  };
}
