/** Where a page's processor time goes, by the modules of the script that was put into it. */

import type { Page } from 'playwright';

export interface ModuleCost {
  /** As esbuild names it above the module's code. */
  readonly module: string;
  /** Its own time, and that of the browser's functions that it called. */
  readonly microseconds: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly lineNumber: number; readonly functionName: string };
  readonly children?: readonly number[];
}

const SAMPLE_MICROSECONDS = 100;

/** @param code the script as it was added to the page, with a comment above each module */
export async function profiled(
  page: Page,
  code: string,
  work: () => Promise<unknown>,
): Promise<readonly ModuleCost[]> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Profiler.enable');
  await devTools.send('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
  await devTools.send('Profiler.start');
  await work();
  const { profile } = await devTools.send('Profiler.stop');
  await devTools.detach();
  return costsOf(profile.nodes, profile.samples ?? [], profile.timeDeltas ?? [], modulesOf(code));
}

export function costsOf(
  nodes: readonly ProfileNode[],
  samples: readonly number[],
  timeDeltas: readonly number[],
  moduleAt: (line: number) => string | undefined,
): readonly ModuleCost[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  /** A function of the browser's has no line, and is charged to whom it serves. */
  const moduleOf = (id: number): string | undefined => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const line = byId.get(at)?.callFrame.lineNumber ?? -1;
      if (line >= 0) return moduleAt(line);
    }
    return undefined;
  };
  const costs = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const module = moduleOf(id);
    if (module !== undefined) costs.set(module, (costs.get(module) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return [...costs].map(([module, microseconds]) => ({ module, microseconds }));
}

/** From a line of a bundle, counted from 0, to the module that stands there. */
export function modulesOf(code: string): (line: number) => string | undefined {
  const modules = code.split('\n').map((line) => /^ {2}\/\/ (\S+\.[a-z]+)$/.exec(line)?.[1]);
  let current: string | undefined;
  for (const [line, named] of modules.entries()) {
    current = named ?? current;
    modules[line] = current;
  }
  return (line) => modules[line];
}
