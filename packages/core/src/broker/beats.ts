/** Signs of life: without them the broker closes a session that nobody uses any more. */

import type { Clock } from '../clock';
import { isAvatarError } from '../errors';
import { onPage } from './page';

/** What a page hears when it, or its network, comes back: from sleep, the back and forward cache, or another tab. */
const WAKING = ['visibilitychange', 'pageshow', 'resume', 'online'];

/**
 * Calls `beat` every `everyMs`, and at once when the page wakes. One that is still under way by then is given up: the
 * next makes up for it. Ends by itself when the session is gone, and says so.
 */
export function startBeats(
  clock: Clock,
  everyMs: number,
  beat: (signal: AbortSignal) => Promise<void>,
  onGone: () => void,
): () => void {
  let current = new AbortController();
  let cancel = clock.schedule(next, everyMs);
  const stopListening = onPage(WAKING, () => {
    if (document.visibilityState === 'visible') next();
  });

  function next(): void {
    cancel();
    current.abort();
    current = new AbortController();
    cancel = clock.schedule(next, everyMs);
    beat(current.signal).catch((error) => {
      if (!isAvatarError(error) || error.code !== 'session-gone') return;
      stop();
      onGone();
    });
  }

  function stop(): void {
    cancel();
    current.abort();
    stopListening();
  }

  return stop;
}
