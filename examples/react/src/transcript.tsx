import type { Message } from '@avatarwire/core';
import { useTranscript } from '@avatarwire/react';
import { memo, type ReactNode } from 'react';

const NAMES = { application: 'You', user: 'You', avatar: 'Avatar' } as const;

export function Transcript(): ReactNode {
  const messages = useTranscript({ limit: 50 });
  return (
    <ol aria-label="Transcript">
      {messages.map((message) => (
        <Row key={message.id} message={message} />
      ))}
    </ol>
  );
}

/** A message that did not change is the same object, and is not rendered again. */
const Row = memo(function Row({ message: { author, text, delivery } }: { readonly message: Message }) {
  return (
    <li data-author={author}>
      <b>{NAMES[author]}</b> {text}
      {delivery?.error && <em> Not said: {delivery.error.message}</em>}
    </li>
  );
});
