/** A call that disturbs nobody who does not await it: what failed stands in the state. */
export function quietly(task: () => Promise<void>): Promise<void> {
  const done = task();
  done.catch(() => {});
  return done;
}
