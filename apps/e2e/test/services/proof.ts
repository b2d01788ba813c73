/** What was seen of each combination of a service and a network: a file, of which the README's table is made. */

/** In the order of the table's columns. */
export const CASES = [
  'connect',
  'see',
  'hear',
  'speak',
  'speak(stream)',
  'ask',
  'interrupt',
  'setParams',
  'setAction',
  'speaking',
  'close',
] as const;
export type Case = (typeof CASES)[number];

/** `unsupported`: said so before it was called, and by a typed error when it was. */
export type Result = 'passed' | 'unsupported' | 'failed' | 'not-run';

export interface ProvenCombination {
  readonly service: string;
  readonly network: string;
  /** What was real, and what was not. */
  readonly real: string;
  readonly results: Readonly<Record<Case, Result>>;
}

export interface ServicesProof {
  readonly combinations: readonly ProvenCombination[];
}
