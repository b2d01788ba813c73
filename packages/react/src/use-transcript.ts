import type { Message } from '@avatarwire/core';
import { useAvatarState } from './use-avatar-state';

export interface TranscriptOptions {
  /** The last so many. @default all that the session keeps */
  readonly limit?: number;
  /** Only theirs. @default everybody's */
  readonly authors?: readonly Message['author'][];
}

/**
 * What was said, the oldest first; text that is still coming is there with `complete: false`. Renders when one of these
 * messages changes, and a message that did not change is the same object: `memo` a row, and only one renders.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useTranscript({ limit = Infinity, authors }: TranscriptOptions = {}): readonly Message[] {
  return useAvatarState(({ messages }) => {
    const theirs = authors ? messages.filter(({ author }) => authors.includes(author)) : messages;
    return theirs.length > limit ? theirs.slice(theirs.length - limit) : theirs;
  }, sameMessages);
}

function sameMessages(some: readonly Message[], others: readonly Message[]): boolean {
  return some.length === others.length && some.every((message, index) => message === others[index]);
}
