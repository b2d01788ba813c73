/** `session.speak`, and how much of its text has been handed over. */

import type { AvatarSession, Delivery, Message, SendOptions, TextInput } from '@avatarwire/core';

export interface SpeechListener {
  /** It stands in the session's transcript. Not called for what the session refuses. */
  onBegin(): void;
  /** The text that the avatar has, or will have unless it is interrupted. The last call is final. */
  onText(text: string): void;
}

export function followSpeech(
  session: Pick<AvatarSession, 'speak' | 'on'>,
  text: TextInput,
  options: SendOptions | undefined,
  { onBegin, onText }: SpeechListener,
): Promise<Delivery> {
  let id: string | undefined;
  // Followed to its end by itself: a failed source, or an abort, rejects the call while text of it still leaves.
  const stop = session.on('message-changed', ({ message }) => {
    if (id === undefined) onBegin();
    id ??= message.id;
    if (message.id !== id) return;
    onText(handedOver(message));
    if (isOver(message)) stop();
  });
  // The first message that changes within this call is the one that it adds.
  const delivery = session.speak(text, options);
  if (id === undefined) stop();
  return delivery;
}

function handedOver({ text, delivery }: Message): string {
  return text.slice(0, text.length - (delivery?.unsentText?.length ?? 0));
}

function isOver({ delivery }: Message): boolean {
  return delivery?.state !== 'queued' && delivery?.state !== 'sending';
}
