import type { PushToTalk } from '@avatarwire/react';
import { useEffect } from 'react';
import { useShortcutSwitch } from '../shortcuts/shortcut-switch';
import { somethingIsOpen, takesSpace } from '../ui/in-field';

/** The space bar talks as long as it is held, where it would do nothing else. That it is let go, the hook sees. */
export function useTalkKey({ start }: PushToTalk, possible: boolean): void {
  const [on] = useShortcutSwitch();
  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.defaultPrevented || takesSpace(event) || somethingIsOpen()) return;
      // With one of these it is the system's, or the browser's.
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      // Held, it would scroll, also once it talks.
      event.preventDefault();
      if (possible && !event.repeat) start();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [on, possible, start]);
}
