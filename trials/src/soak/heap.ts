/** What is in use of this process's heap, and what keeps the process awake. */

import { setTimeout as pause } from 'node:timers/promises';

/** What a finaliser lets go of is garbage only the next time. */
const COLLECTIONS = 12;
/** Finalisers run in turns of their own: without this pause hundreds of kilobytes wait for theirs now and then. */
const PAUSE_MS = 3;
const SETTLED_BYTES = 4_096;

/** After the garbage was collected, until there is no more. @throws Error without `--expose-gc` */
export async function usedHeap(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run Node with --expose-gc, as pnpm soak does.');
  let least = Infinity;
  let settled = 0;
  for (let time = 0; time < COLLECTIONS && settled < 2; time += 1) {
    await pause(PAUSE_MS);
    gc();
    const { heapUsed } = process.memoryUsage();
    settled = heapUsed > least - SETTLED_BYTES ? settled + 1 : 0;
    least = Math.min(least, heapUsed);
  }
  return least;
}

/** Sockets, timers, processes and the like, each kind with its number. */
export function openHandles(): string {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo().sort()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'none';
}
