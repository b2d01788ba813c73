/** How items and commands end, as they are told: after the step in which it is decided. */

import type { AvatarError } from '../errors';
import { type ChatEntry, outcomeOf, progressOf, uncut, unsentText } from './chat-entry';
import type { ChatLane } from './chat-lane';
import type { DeferredCalls } from './deferred-calls';
import type { CommandEntry, InFlight } from './in-flight';
import type { ChatOutcome } from './outgoing';

type ErrorOf = AvatarError | ((unsent: string) => AvatarError);

export interface Endings {
  /** @param errorOf may name the text that was certainly not sent */
  finish(chat: ChatEntry, status: ChatOutcome['status'], errorOf?: ErrorOf): void;
  finishIfSent(chat: ChatEntry): void;
  failCommand(entry: CommandEntry, error: AvatarError): void;
  reportProgress(chat: ChatEntry): void;
}

export function createEndings(lane: ChatLane, inFlight: InFlight, { later }: DeferredCalls): Endings {
  function finish(chat: ChatEntry, status: ChatOutcome['status'], errorOf?: ErrorOf): void {
    const handed = status === 'failed' ? chat.taken : inFlight.handedOver(chat);
    const from = chat.refused && inFlight.judge().find((verdict) => verdict.chat === chat)?.from;
    lane.finish(chat);
    if (from) chat.parts?.rewindTo(from);
    else uncut(chat);
    later(() => {
      const unsent = status === 'sent' ? '' : unsentText(chat);
      const error = typeof errorOf === 'function' ? errorOf(unsent) : errorOf;
      chat.item.onFinished(outcomeOf(chat, status, handed, unsent, error));
    });
  }

  return {
    finish,
    finishIfSent(chat) {
      if (!chat.place && !chat.finished && !chat.refused && chat.unsettled === 0) finish(chat, 'sent');
    },
    failCommand({ command }, error) {
      later(() => command.onFailed?.(error));
    },
    reportProgress(chat) {
      if (!chat.item.onProgress) return;
      const progress = progressOf(chat, chat.handed);
      later(() => chat.item.onProgress?.(progress));
    },
  };
}
