/** Text whose packets are made late: only where the connection stands it is known how they look. */

import type { MessageParts } from '../delivery/outgoing';

export interface LateText {
  append(text: string): void;
  end(): void;
  /** What was not cut yet. */
  remaining(): string;
  /** Makes the parts, with all the text that was not cut yet; what comes later goes on in them. */
  begin(): MessageParts;
}

export function createLateText(make: () => MessageParts): LateText {
  let parts: MessageParts | undefined;
  let early = '';
  let ended = false;

  const remaining = () => parts?.remainingText() ?? early;

  return {
    append(text) {
      if (parts) parts.append(text);
      else early += text;
    },
    end() {
      ended = true;
      parts?.end();
    },
    remaining,
    begin() {
      const text = remaining();
      parts = make();
      parts.append(text);
      if (ended) parts.end();
      early = '';
      return parts;
    },
  };
}
