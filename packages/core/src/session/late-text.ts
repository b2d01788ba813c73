/** Text whose packets are made late: only where the connection stands it is known how they look. */

import type { MessageParts } from '../delivery/outgoing';

export interface LateText {
  append(text: string): void;
  /** No more comes for now. */
  rest(): void;
  end(): void;
  /** What was not cut yet. */
  remaining(): string;
  /** The final part has been cut. */
  readonly done: boolean;
  /** Makes the parts, with all the text that was not cut yet; what comes later goes on in them. */
  begin(): MessageParts;
}

export function createLateText(make: () => MessageParts): LateText {
  let parts: MessageParts | undefined;
  let early = '';
  let ended = false;
  let resting = false;

  const remaining = () => parts?.remainingText() ?? early;

  return {
    append(text) {
      resting = false;
      if (parts) parts.append(text);
      else early += text;
    },
    rest() {
      resting = true;
      parts?.rest?.();
    },
    end() {
      ended = true;
      parts?.end();
    },
    remaining,
    get done() {
      return parts?.done ?? false;
    },
    begin() {
      const text = remaining();
      parts = make();
      parts.append(text);
      if (resting) parts.rest?.();
      if (ended) parts.end();
      early = '';
      return parts;
    },
  };
}
