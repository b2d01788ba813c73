/** A page in a real Chromium, looked at from the outside. */

import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { chromium } from 'playwright';
import { bundle } from './bundle';
import type { OpenThings } from './open-things';
import type { VisitPlan, Visits } from './visit-plan';

export interface PageState {
  readonly open: OpenThings;
  /** In use by scripts, and by the buffers that they hold, after the garbage was collected. */
  readonly heapBytes: number;
  readonly listeners: number;
  readonly nodes: number;
  readonly sessions: ReturnType<Visits['count']>;
}

export interface VisitedPage {
  visit(plan: VisitPlan): Promise<void>;
  /** Once nothing is open that `idle` did not have open, or after a while as it is. */
  state(idle?: OpenThings): Promise<PageState>;
  /** Of each timer that is set: its delay and the beginning of its code. */
  timers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const VISIT_MS = 60_000;
/** Longer than any grace, deadline or retry of the SDK's that may outlive a room. */
const QUIET_MS = 30_000;
const LOOKS_EVERY_MS = 100;
const COLLECTIONS = 4;

/** @param origin that is on loopback: only such a page may talk to loopback */
export async function openPage(origin: string): Promise<VisitedPage> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumFlags],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(VISIT_MS);
    await page.addInitScript({ content: await bundle('./open-things.ts') });
    await page.goto(origin);
    await page.addScriptTag({ content: await bundle('./page.ts') });
    const tools = await page.context().newCDPSession(page);
    await tools.send('HeapProfiler.enable');

    const openNow = () => page.evaluate(() => globalThis.openThings());

    async function untilQuiet(idle: OpenThings): Promise<OpenThings> {
      const deadline = performance.now() + QUIET_MS;
      let open = await openNow();
      while (moreThan(idle, open) && performance.now() < deadline) {
        await sleep(LOOKS_EVERY_MS);
        open = await openNow();
      }
      return open;
    }

    return {
      async visit(plan) {
        await within(
          VISIT_MS,
          `A visit by ${plan.by}${plan.microphone ? ' with a microphone' : ''}`,
          page.evaluate((wanted) => globalThis.visits.visit(wanted), plan),
        );
      },
      async state(idle) {
        const open = idle === undefined ? await openNow() : await untilQuiet(idle);
        // The tools keep what was logged; what a finaliser lets go of is garbage only the next time.
        await tools.send('Runtime.discardConsoleEntries');
        for (let time = 0; time < COLLECTIONS; time += 1) await tools.send('HeapProfiler.collectGarbage');
        const { usedSize, backingStorageSize } = await tools.send('Runtime.getHeapUsage');
        const { jsEventListeners, nodes } = await tools.send('Memory.getDOMCounters');
        return {
          open,
          heapBytes: usedSize + backingStorageSize,
          listeners: jsEventListeners,
          nodes,
          sessions: await page.evaluate(() => globalThis.visits.count()),
        };
      },
      timers: () => page.evaluate(() => globalThis.setTimers()),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function moreThan(idle: OpenThings, open: OpenThings): boolean {
  return (Object.keys(idle) as (keyof OpenThings)[]).some((thing) => open[thing] > idle[thing]);
}

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${ms} ms.`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
