import { useSyncExternalStore } from 'react';
import { stored } from './stored';

export type Theme = 'light' | 'dark';

const chosen = stored<Theme | 'system'>('theme', (text) =>
  text === 'light' || text === 'dark' ? text : 'system',
);
const systemDark = matchMedia('(prefers-color-scheme: dark)');

apply();
chosen.subscribe(apply);

/** The theme in force, and a switch that is remembered on this machine. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, current), chosen.set];
}

function current(): Theme {
  const theme = chosen.get();
  if (theme !== 'system') return theme;
  return systemDark.matches ? 'dark' : 'light';
}

function apply(): void {
  const theme = chosen.get();
  if (theme !== 'system') document.documentElement.dataset['theme'] = theme;
}

function subscribe(listener: () => void): () => void {
  const undo = chosen.subscribe(listener);
  systemDark.addEventListener('change', listener);
  return () => {
    undo();
    systemDark.removeEventListener('change', listener);
  };
}
