import type { Capability } from './define';

/** What a run of the suite found, as data: the README's table is made from it. */
export interface ConformanceReport {
  readonly provider: string;
  /** What was real in this run. */
  readonly on: string;
  readonly cases: readonly CaseResult[];
}

export interface CaseResult {
  readonly name: string;
  readonly about: Capability;
  readonly result: 'passed' | 'failed' | 'unsupported';
  /** With `unsupported`: why. */
  readonly reason?: string;
}
