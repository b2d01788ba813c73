/** How a page feels, and how much it holds. */

import { cdp } from 'vitest/browser';

interface DevTools {
  send(method: 'HeapProfiler.collectGarbage'): Promise<void>;
  send(method: 'Runtime.getHeapUsage'): Promise<{ usedSize: number }>;
}

/** Milliseconds between the frames of the page while `work` goes on, which is waited for; at least `ms` long. */
export async function frameGaps(ms: number, work?: () => Promise<unknown>): Promise<number[]> {
  const gaps: number[] = [];
  let going = true;
  const startedAt = performance.now();
  const watching = (async () => {
    for (let last = startedAt; going || performance.now() - startedAt < ms; ) {
      const now = await new Promise<number>((resolve) =>
        requestAnimationFrame(() => resolve(performance.now())),
      );
      gaps.push(now - last);
      last = now;
    }
  })();
  await work?.();
  going = false;
  await watching;
  return gaps;
}

/** Bytes in use that nobody can collect. */
export async function pageHeapBytes(): Promise<number> {
  const tools = cdp() as unknown as DevTools;
  await tools.send('HeapProfiler.collectGarbage');
  return (await tools.send('Runtime.getHeapUsage')).usedSize;
}
