import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

export const ROW_PX = 28;
const OVERSCAN = 6;

interface VisibleWindow {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  /** Index of the first row to draw, and of the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Scrolls so that row `index` is seen. */
  reveal(index: number): void;
}

/** Which of `count` rows of equal height are to be drawn. Follows the end while the reader stands there, if `follow`. */
export function useWindow(count: number, newestId: number | undefined, follow: boolean): VisibleWindow {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [seen, setSeen] = useState({ top: 0, height: 400 });

  const measure = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX * 1.5;
    setSeen({ top: element.scrollTop, height: element.clientHeight });
  }, []);

  // Whenever a row was added.
  useLayoutEffect(() => {
    if (follow && atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [count, newestId]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      // Also when the list was folded away and is seen now.
      if (atEnd.current) element.scrollTop = element.scrollHeight;
      measure();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [measure]);

  const reveal = useCallback((index: number) => {
    const element = box.current;
    if (element === null) return;
    const top = index * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW_PX - element.clientHeight;
  }, []);

  const from = Math.max(0, Math.floor(seen.top / ROW_PX) - OVERSCAN);
  const to = Math.min(count, Math.ceil((seen.top + seen.height) / ROW_PX) + OVERSCAN);
  return { box, onScroll: measure, from, to, reveal };
}
