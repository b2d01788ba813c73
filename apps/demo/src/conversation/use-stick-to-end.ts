import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';

const NEAR_PX = 48;

/** Keeps a list scrolled to its end while it grows, unless the reader has scrolled up. */
export function useStickToEnd(content: unknown): {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
} {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  const onScroll = useCallback(() => {
    const element = list.current;
    if (element !== null)
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
  }, []);
  // Whenever the content changes.
  useLayoutEffect(() => {
    if (atEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [content]);

  return { list, onScroll };
}
