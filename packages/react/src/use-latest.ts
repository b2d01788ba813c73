import { useInsertionEffect, useRef } from 'react';

/** The value of the last commit, for listeners that stay: written before any other effect runs, never while rendering. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}
