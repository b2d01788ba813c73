import type { Message } from '@avatarwire/core';
import { memo, type ReactNode, useState } from 'react';
import { classNames } from '../ui/class-names';
import { bytes, timeOfDay } from '../ui/format';
import { DeliveryLine } from './delivery-line';

const CLAMPED_CHARACTERS = 420;

const authors: Readonly<Record<Message['author'], string>> = {
  application: 'You',
  avatar: 'Avatar',
  user: 'You, as understood',
};

/** One message, set like a line in a script. Messages are immutable, so an unchanged one is never rendered again. */
export const MessageRow = memo(function MessageRow({ message }: { readonly message: Message }): ReactNode {
  const { author, text, complete, at, delivery } = message;
  return (
    <li
      data-author={author}
      data-complete={complete}
      className={classNames(
        'flex flex-col gap-1 motion-safe:animate-[arrive_200ms_ease-out]',
        author === 'avatar' ? 'border-l-2 border-accent pl-4' : 'pl-4.5',
      )}
    >
      <p className="flex items-baseline gap-2">
        <span className={classNames('text-sm font-semibold', author === 'avatar' && 'text-accent')}>
          {authors[author]}
        </span>
        <time dateTime={new Date(at).toISOString()} className="tabular text-xs text-ink-3">
          {timeOfDay(at)}
        </time>
      </p>
      <MessageText text={text} streaming={author === 'avatar' && !complete} />
      {delivery !== undefined && <DeliveryLine delivery={delivery} />}
    </li>
  );
});

function MessageText({ text, streaming }: { readonly text: string; readonly streaming: boolean }): ReactNode {
  const [open, setOpen] = useState(false);
  const long = text.length > CLAMPED_CHARACTERS && !streaming;
  const shown = long && !open ? `${cutSafely(text, CLAMPED_CHARACTERS)}…` : text;
  return (
    <>
      <p
        dir="auto"
        className="text-base whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:plaintext]"
      >
        {shown}
        {streaming && (
          <span
            aria-hidden
            className="ml-0.5 inline-block h-[1.05em] w-[2px] translate-y-[0.18em] bg-accent motion-safe:animate-[caret_1s_steps(1)_infinite]"
          />
        )}
      </p>
      {long && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="self-start text-xs font-medium text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {open ? 'Show less' : `Show all ${bytes(new TextEncoder().encode(text).byteLength)}`}
        </button>
      )}
    </>
  );
}

/** Not in the middle of a surrogate pair. */
function cutSafely(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
