/**
 * The contract of `AvatarTransport` as cases, without a test runner. `@avatarwire/conformance/vitest` wraps them.
 *
 * ```ts
 * for (const { name, missing, run } of transportCases(harness)) {
 *   if (missing.length === 0) test(name, run);
 * }
 * ```
 */

import type { Provider } from '@avatarwire/core';
import { claims } from './cases/claims';
import { connecting } from './cases/connecting';
import { credentials } from './cases/credentials';
import { ending, endingRules } from './cases/ending';
import { leftovers } from './cases/leftovers';
import { receiving } from './cases/receiving';
import { sending } from './cases/sending';
import { missingNeeds, type Need, type TransportHarness } from './harness';
import { onStage } from './stage';
import type { Unsupported } from './stage-types';

export interface TransportCase {
  /** A sentence about behaviour; unique in a suite. */
  readonly name: string;
  readonly needs: readonly Need[];
  /** What the harness lacks of it; the case is run only if this is empty. */
  readonly missing: readonly Need[];
  /** Real time after which a runner should give up, in milliseconds. */
  readonly timeoutMs: number;
  /** Rejects when the rule is broken. Clears up in any case. Resolves with a reason where the rule does not apply. */
  run(): Promise<void | Unsupported>;
}

const rules = [...connecting, ...credentials, ...sending, ...receiving, ...ending, ...leftovers, ...claims];

/** Every rule of the contract, for one adapter. */
export function transportCases<P extends Provider, Room>(
  harness: TransportHarness<P, Room>,
): readonly TransportCase[] {
  const timeoutMs = 45_000 + (harness.connectTimeoutMs ?? 15_000);
  return [...rules, ...endingRules(harness), ...(harness.extraCases ?? [])].map(
    ({ name, needs = [], run }) => ({
      name,
      needs,
      missing: missingNeeds(harness, needs),
      timeoutMs,
      run: () => onStage(harness, async (stage, room) => run(stage, room)),
    }),
  );
}

export { ConformanceError } from './check';
export type { Operation, RemoteEnd } from './far';
export type { Ending, ExtraCase, HarnessListeners, Need, TransportHarness } from './harness';
export type { CaseResult, ConformanceReport } from './report';
export type { RecordedEvent, Stage, Unsupported, Watched } from './stage-types';
export type { HarnessTime } from './waiting';
