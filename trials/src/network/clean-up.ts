/** What has to be undone, whatever happens: last made, first undone. */

export interface CleanUp {
  /** @param what for the report, should it fail */
  defer(what: string, undo: () => unknown): void;
  /**
   * Undoes everything, each even if another fails or hangs; any number of times. Resolves with a line for each that failed.
   */
  run(): Promise<readonly string[]>;
}

/** @param stepMs the longest that one undo may take */
export function createCleanUp(stepMs = 10_000): CleanUp {
  const steps: { readonly what: string; readonly undo: () => unknown }[] = [];
  let running: Promise<readonly string[]> | undefined;

  async function undoAll(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await within(stepMs, step.undo);
      } catch (error) {
        problems.push(`${step.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return problems;
  }

  return {
    defer(what, undo) {
      // What is made while all is being undone: a step that was under way when the run was stopped.
      if (running !== undefined)
        running = running.then(async (earlier) => [...earlier, ...(await undoLate(what, undo))]);
      else steps.push({ what, undo });
    },
    run() {
      running ??= undoAll();
      return running;
    },
  };

  async function undoLate(what: string, undo: () => unknown): Promise<readonly string[]> {
    steps.push({ what, undo });
    return undoAll();
  }
}

async function within(ms: number, task: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
  });
  try {
    await Promise.race([Promise.resolve().then(task), late]);
  } finally {
    clearTimeout(timer);
  }
}
