import { useAvatarSession } from '@avatarwire/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { createWireLog, type WireLog, type WireView } from './wire-log';

/** Every packet of the session from now on, also while the inspector is folded away. */
export function useWireLog(): { readonly log: WireLog; readonly view: WireView } {
  const session = useAvatarSession();
  const [log] = useState(() => createWireLog((callback) => requestAnimationFrame(callback)));
  useEffect(() => session.tap(log.add), [session, log]);
  return { log, view: useSyncExternalStore(log.subscribe, log.getView) };
}
