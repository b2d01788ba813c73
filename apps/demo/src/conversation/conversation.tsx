import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { Announcer } from './announcer';
import { Composer } from './composer';
import { MessageRow } from './message-row';
import { Problems } from './problems';
import { Starters } from './starters';
import { useStickToEnd } from './use-stick-to-end';

/** What both said, and where to say more. */
export function Conversation(): ReactNode {
  const messages = useAvatarState((snapshot) => snapshot.messages);
  const { list, onScroll } = useStickToEnd(messages);

  return (
    <section aria-label="Conversation" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Announcer />
      {messages.length === 0 ? (
        <Starters />
      ) : (
        <div
          ref={list}
          onScroll={onScroll}
          role="log"
          aria-live="off"
          aria-label="Transcript"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and shall by keyboard too
          tabIndex={0}
          className="thin-scroll min-h-0 flex-1 overflow-y-auto px-5 py-5 -outline-offset-2 max-md:px-4"
        >
          <ol className="flex flex-col gap-5">
            {messages.map((message) => (
              <MessageRow key={message.id} message={message} />
            ))}
          </ol>
        </div>
      )}
      <Problems />
      <Composer />
    </section>
  );
}
