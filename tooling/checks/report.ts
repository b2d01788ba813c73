/** Ends a check: its faults, one a line, and an exit code. */
export function report(check: string, faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${check}: ${fault}\n`);
  process.stderr.write(faults.length === 0 ? `${check}: fine\n` : `${check}: ${faults.length} to mend\n`);
  if (faults.length > 0) process.exitCode = 1;
}
