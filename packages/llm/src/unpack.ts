/** From text as it comes over a network to what was sent in it: text to speak, or chunks as JSON. */

import { createParser } from 'eventsource-parser';
import { failures } from './failures';

/**
 * `text` is spoken as it is; `events` are server-sent events with JSON in each; `lines` hold a JSON value each; `json`
 * is one value.
 */
export type AnswerFormat = 'text' | 'events' | 'lines' | 'json';

/** What was unpacked, in the order in which it came. */
export type Item =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'data'; readonly data: string; readonly event?: string | undefined };

export interface Unpacking {
  /** @throws AvatarError for what is too long */
  feed(text: string): readonly Item[];
  /** What is left when nothing more comes. */
  end(): readonly Item[];
}

/** Of one event or line. The Responses API repeats the whole answer in its last one. */
export const MAX_EVENT_CHARACTERS = 1_048_576;

export function unpack(format: AnswerFormat): Unpacking {
  if (format === 'text') return { feed: (text) => [{ type: 'text', text }], end: () => [] };
  return format === 'events' ? events() : lines(format === 'lines' ? '\n' : undefined);
}

function events(): Unpacking {
  let found: Item[] = [];
  let overflown = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent({ event, data }) {
      overflown ||= data.length > MAX_EVENT_CHARACTERS;
      if (!overflown) found.push({ type: 'data', data, event });
    },
    onError({ type }) {
      overflown ||= type === 'max-buffer-size-exceeded';
    },
  });
  function take(): readonly Item[] {
    const items = found;
    found = [];
    if (overflown && items.length === 0) throw oversize();
    return items;
  }
  return {
    feed(text) {
      if (!overflown) parser.feed(text);
      return take();
    },
    // An event without the empty line that ends it was cut off.
    end: take,
  };
}

/** @param separator undefined where all of it is one value */
function lines(separator: string | undefined): Unpacking {
  let rest = '';
  const itemsOf = (all: readonly string[]): Item[] =>
    all.filter((line) => line.trim() !== '').map((data) => ({ type: 'data', data }));
  return {
    feed(text) {
      const all = separator && text.includes(separator) ? (rest + text).split(separator) : [rest + text];
      rest = all.pop() ?? '';
      if (rest.length > MAX_EVENT_CHARACTERS) throw oversize();
      return itemsOf(all);
    },
    end: () => itemsOf([rest]),
  };
}

function oversize() {
  return failures.oversize(`${MAX_EVENT_CHARACTERS} characters in one event`);
}
