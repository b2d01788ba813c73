import { type RefObject, useEffect, useRef } from 'react';

/**
 * Gives its element the focus when `when` becomes true and nothing has it: what had it has just gone. Not on touch
 * screens, where focus opens the keyboard.
 */
export function useFocusIfLost<T extends HTMLElement>(when: boolean): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (when && lost && matchMedia('(pointer: fine)').matches) element.current?.focus();
  }, [when]);
  return element;
}
