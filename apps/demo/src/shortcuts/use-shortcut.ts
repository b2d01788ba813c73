import { useEffect, useEffectEvent } from 'react';
import { inField, somethingIsOpen } from '../ui/in-field';
import { useShortcutSwitch } from './shortcut-switch';

/** One key, anywhere on the page but where one writes. */
export function useShortcut(key: string, run: () => void, possible = true): void {
  const [on] = useShortcutSwitch();
  const latest = useEffectEvent(run);

  useEffect(() => {
    if (!on || !possible) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== key || event.repeat || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || inField(event) || somethingIsOpen()) return;
      event.preventDefault();
      latest();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [key, on, possible]);
}
