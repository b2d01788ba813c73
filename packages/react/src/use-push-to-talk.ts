import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useAvatarSession } from './use-avatar-session';

export interface PushToTalk {
  readonly talking: boolean;
  /** Of a button that is held, with pointer, space or enter: `<button {...buttonProps}>`. */
  readonly buttonProps: {
    onPointerDown(): void;
    onKeyDown(event: KeyboardEvent): void;
  };
  /** For a key of the page's own. The microphone is heard until `stop`, or one of the ends below. */
  start(): void;
  stop(): void;
}

/** Whatever lets go, wherever the pointer is by then, and whatever would keep the page from hearing of it. */
const ENDS = ['pointerup', 'pointercancel', 'keyup', 'blur'] as const;

/**
 * Push-to-talk: the microphone is heard while a button is held, and muted otherwise. It ends when the pointer or the
 * key is let go, when the window loses the focus, and when this is unmounted. Enables the microphone where that has
 * not been done; `setMuted(true)` and `enable()` beforehand lose no word. Renders when `talking` changes.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function usePushToTalk(): PushToTalk {
  const session = useAvatarSession();
  const [talking, setTalking] = useState(false);
  const end = useRef<() => void>(undefined);
  const calls = useMemo(() => {
    const stop = () => {
      end.current?.();
      end.current = undefined;
      for (const name of ENDS) window.removeEventListener(name, stop);
      setTalking(false);
    };
    const start = () => {
      if (end.current) return;
      end.current = session.microphone.talk();
      for (const name of ENDS) window.addEventListener(name, stop);
      setTalking(true);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      start();
    };
    return { start, stop, buttonProps: { onPointerDown: start, onKeyDown } };
  }, [session]);

  useEffect(() => calls.stop, [calls]);
  return useMemo(() => ({ talking, ...calls }), [talking, calls]);
}
