/** Milliseconds of processor time that `work` takes: unlike the time on the wall, no neighbour adds to it. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
