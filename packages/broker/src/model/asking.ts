import type { Clock, Logger } from '@avatarwire/core';
import { Transient } from './failures';
import { type Piece, shows } from './piece';
import type { ConversationMessage } from './read-conversation';
import type { Bill, Upstream } from './upstream';
import { pause } from './waiting';

const ATTEMPTS = 3;
const FIRST_BACK_OFF_MS = 500;

export interface AskingParts {
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/**
 * The pieces of an answer. After a failure that may pass the model is asked again, up to twice, as long as no piece had
 * anything in it for the page.
 */
export async function* askRepeatedly(
  { upstream, clock, random, logger }: AskingParts,
  messages: readonly ConversationMessage[],
  ending: AbortController,
  bill: Bill,
): AsyncGenerator<Piece, void, undefined> {
  for (let attempt = 1; ; attempt++) {
    let handedOn = false;
    try {
      for await (const piece of upstream.ask(messages, ending, bill)) {
        handedOn ||= shows(piece);
        yield piece;
      }
      return;
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      const { message, serviceCode, cause } = error.refusal;
      logger.warn('model: an attempt failed', { message, serviceCode, attempt, handedOn, cause });
      if (handedOn || attempt === ATTEMPTS) throw error.refusal;
      // Full jitter: anything from nothing to a bound that doubles.
      await pause(clock, random() * FIRST_BACK_OFF_MS * 2 ** (attempt - 1), ending.signal);
    }
  }
}
