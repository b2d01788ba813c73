/** Loaded into a program before it starts: tells the parent how it stands, whenever that asks. */

import type { Look } from './messages';

process.on('message', (wanted) => {
  if (wanted === 'look') process.send?.(look());
});
// The program ends when it wants to.
process.channel?.unref();

function look(): Look {
  // Twice: what a finaliser lets go of is collected by the next.
  globalThis.gc?.();
  globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, residentBytes: rss, resources };
}
