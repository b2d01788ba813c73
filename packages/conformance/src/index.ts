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
import { hygiene } from './cases/hygiene';
import { media } from './cases/media';
import { publishedTracks } from './cases/published-tracks';
import { publishing } from './cases/publishing';
import { publishingLimits } from './cases/publishing-limits';
import { publishingRefusals } from './cases/publishing-refusals';
import { receiving } from './cases/receiving';
import { reconnecting } from './cases/reconnecting';
import { sending } from './cases/sending';
import type { Capability } from './define';
import { missingNeeds, type Need, type TransportHarness } from './harness';
import { onStage } from './stage';
import type { Unsupported } from './stage-types';

export interface TransportCase {
  /** A sentence about behaviour; unique in a suite. */
  readonly name: string;
  readonly about: Capability;
  readonly needs: readonly Need[];
  /** What the harness lacks of it; the case is run only if this is empty. */
  readonly missing: readonly Need[];
  /** Real time after which a runner should give up, in milliseconds. */
  readonly timeoutMs: number;
  /** Rejects when the rule is broken. Clears up in any case. Resolves with a reason where the rule does not apply. */
  run(): Promise<void | Unsupported>;
}

const rules = [
  ...about('connecting', [...connecting, ...credentials]),
  ...about('sending', [...sending, ...claims]),
  ...about('receiving', receiving),
  ...about('media', media),
  ...about('publishing', [...publishing, ...publishingLimits, ...publishingRefusals, ...publishedTracks]),
  ...about('reconnecting', reconnecting),
  ...about('ending', ending),
  ...about('hygiene', hygiene),
];

function about<R extends object>(
  capability: Capability,
  some: readonly R[],
): (R & { readonly about: Capability })[] {
  return some.map((each) => ({ ...each, about: capability }));
}

/** Every rule of the contract, for one adapter. */
export function transportCases<P extends Provider, Room>(
  harness: TransportHarness<P, Room>,
): readonly TransportCase[] {
  const timeoutMs = 45_000 + (harness.connectTimeoutMs ?? 15_000);
  return [...rules, ...about('ending', endingRules(harness)), ...(harness.extraCases ?? [])].map(
    ({ name, about: capability = 'hygiene', needs = [], run }) => ({
      name,
      about: capability,
      needs,
      missing: missingNeeds(harness, needs),
      timeoutMs,
      run: () => onStage(harness, async (stage, room) => run(stage, room)),
    }),
  );
}

export { ConformanceError } from './check';
export type { Capability } from './define';
export type { Operation, RemoteEnd, SeenTrack } from './far';
export type { Ending, ExtraCase, HarnessListeners, Need, TransportHarness } from './harness';
export type { CaseResult, ConformanceReport } from './report';
export type { RecordedEvent, Stage, Unsupported, Watched } from './stage-types';
export type { HarnessTime } from './waiting';
