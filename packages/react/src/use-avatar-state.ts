import { idleSnapshot, type SessionSnapshot } from '@avatarwire/core';
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useSessionHolder } from './session-context';

type Selector<T> = (snapshot: SessionSnapshot) => T;
type Equality<T> = (a: T, b: T) => boolean;

/**
 * What `selector` reads from the session's snapshot. Renders again only when that changes.
 *
 * @param selector may be written inline and may return fresh objects
 * @param equality says when two selections are the same; a selector that returns fresh objects wants one, to save
 * renders. @default Object.is
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useAvatarState<T>(selector: Selector<T>, equality: Equality<T> = Object.is): T {
  const session = useSessionHolder('useAvatarState').get();
  const rendered = useRef<{ readonly value: T }>(undefined);

  const subscribe = useCallback((listener: () => void) => session.subscribe(listener), [session]);
  // A server renders the session as nobody has connected it, and a browser while it hydrates agrees.
  const [select, selectIdle] = useMemo(
    () => [
      remembering(() => session.getSnapshot(), selector, equality, rendered),
      remembering(() => idleSnapshot, selector, equality, rendered),
    ],
    [session, selector, equality],
  );
  const value = useSyncExternalStore(subscribe, select, selectIdle);

  useEffect(() => {
    rendered.current = { value };
  }, [value]);
  return value;
}

/** Selects anew only from a new snapshot, and keeps the object of before, also the one on screen, if it is equal. */
function remembering<T>(
  getSnapshot: () => SessionSnapshot,
  selector: Selector<T>,
  equality: Equality<T>,
  rendered: { readonly current: { readonly value: T } | undefined },
): () => T {
  let last: { readonly snapshot: SessionSnapshot; readonly value: T } | undefined;
  return () => {
    const snapshot = getSnapshot();
    if (last?.snapshot !== snapshot) {
      const value = selector(snapshot);
      const before = last ?? rendered.current;
      last = {
        snapshot,
        value: before !== undefined && equality(before.value, value) ? before.value : value,
      };
    }
    return last.value;
  };
}
