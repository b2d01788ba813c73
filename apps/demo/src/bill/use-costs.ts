import { useEffect, useState } from 'react';
import type { DemoService } from '../choice/choice';
import { type Costs, readCosts } from './costs';

const EVERY_MS = 1_000;

/**
 * What the mock of `service` counts: read anew while the page is seen and something stands open, or may soon.
 *
 * @param active whether this page's session is anything but idle or over
 */
export function useCosts(
  service: DemoService,
  sessionId: string | undefined,
  active: boolean,
): Costs | undefined {
  const [costs, setCosts] = useState<Costs>();

  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function look(): Promise<void> {
      clearTimeout(timer);
      if (document.hidden) return;
      const read = await readCosts(service, sessionId, ending.signal);
      if (ending.signal.aborted) return;
      if (read !== undefined) setCosts(read);
      if (active || (read?.open ?? 0) > 0) timer = setTimeout(again, EVERY_MS);
    }
    const again = () => void look();
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      ending.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [service, sessionId, active]);
  return costs;
}
