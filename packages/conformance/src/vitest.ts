/**
 * The suite under vitest, in Node and in its browser mode.
 *
 * ```ts
 * describeTransport('livekit over a real livekit-server', harness, { report: '../conformance.json' });
 * ```
 */

import type { Provider } from '@avatarwire/core';
import { afterAll, describe, test } from 'vitest';
import type { TransportHarness } from './harness';
import { transportCases } from './index';
import type { CaseResult, ConformanceReport } from './report';

export interface DescribeOptions {
  /**
   * Where the results go when every case has run: a path relative to the test file, or a function. A run of single
   * cases writes nothing. Browser mode writes through vitest's own server.
   */
  readonly report?: string | ((report: ConformanceReport) => void | Promise<void>);
}

/** Runs every case of the suite as a test; what the harness cannot do is shown as skipped, with the reason. */
export function describeTransport<P extends Provider, Room>(
  name: string,
  harness: TransportHarness<P, Room>,
  options: DescribeOptions = {},
): void {
  const cases = transportCases(harness);
  const results = new Map<string, CaseResult>();
  let testFile: string | undefined;

  describe(`${name} (real: ${harness.real})`, () => {
    for (const { name: caseName, about, missing, timeoutMs, run } of cases) {
      const record = (result: CaseResult['result'], reason?: string) =>
        results.set(caseName, { name: caseName, about, result, ...(reason !== undefined && { reason }) });
      if (missing.length > 0) {
        const reason = `the harness lacks ${missing.join(', ')}`;
        record('unsupported', reason);
        test.skip(`${caseName} – unsupported: ${reason}`, () => {});
        continue;
      }
      test(caseName, { timeout: timeoutMs }, async ({ skip, task }) => {
        testFile = task.file.filepath;
        // Stays if the case throws or the runner gives it up.
        record('failed');
        const outcome = await run();
        if (outcome) record('unsupported', outcome.unsupported);
        else record('passed');
        if (outcome) skip(outcome.unsupported);
      });
    }

    afterAll(async () => {
      const ordered = cases.flatMap(({ name: caseName }) => results.get(caseName) ?? []);
      if (ordered.length < cases.length || options.report === undefined || testFile === undefined) return;
      const report: ConformanceReport = { provider: harness.provider, on: harness.real, cases: ordered };
      if (typeof options.report === 'function') await options.report(report);
      else await write(options.report, `${JSON.stringify(report, null, 2)}\n`, testFile);
    });
  });
}

async function write(path: string, content: string, testFile: string): Promise<void> {
  if (typeof document === 'undefined') {
    const [{ writeFile }, { dirname, resolve }] = await Promise.all([
      import('node:fs/promises'),
      import('node:path'),
    ]);
    await writeFile(resolve(dirname(testFile), path), content);
  } else {
    // The server writes it, and takes a relative path from the root of the run.
    const { commands } = await import('vitest/browser');
    const { pathname } = new URL(path, `file://${encodeURI(testFile)}`);
    await commands.writeFile(decodeURI(pathname), content);
  }
}
