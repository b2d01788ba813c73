import { useSyncExternalStore } from 'react';

/** Something small that this machine remembers, and every reader of it on the page. */
export interface Stored<T extends string> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

/** @param read what of the remembered text still makes sense; of nothing, the standard value */
export function stored<T extends string>(name: string, read: (text: string | undefined) => T): Stored<T> {
  const listeners = new Set<() => void>();
  let value: T | undefined;
  return {
    get: () => (value ??= read(remembered(name))),
    set(next) {
      value = next;
      remember(name, next);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStored<T extends string>(kept: Stored<T>): readonly [T, (value: T) => void] {
  return [useSyncExternalStore(kept.subscribe, kept.get), kept.set];
}

/** `on` or `off`. */
export const storedSwitch = (name: string, standard: 'on' | 'off'): Stored<'on' | 'off'> =>
  stored(name, (text) => (text === 'on' || text === 'off' ? text : standard));

function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`avatarwire-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(name: string, text: string): void {
  try {
    localStorage.setItem(`avatarwire-${name}`, text);
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
}
