import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const STORED = 'avatarwire-theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

systemDark.addEventListener('change', tell);
apply(stored());

/** The theme in force, and a switch that is remembered on this machine. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, current), choose];
}

function current(): Theme {
  return stored() ?? (systemDark.matches ? 'dark' : 'light');
}

function choose(theme: Theme): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
  apply(theme);
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function apply(theme: Theme | undefined): void {
  if (theme !== undefined) document.documentElement.dataset['theme'] = theme;
}

function stored(): Theme | undefined {
  const shown = document.documentElement.dataset['theme'] ?? read();
  return shown === 'light' || shown === 'dark' ? shown : undefined;
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
