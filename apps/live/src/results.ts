/** What a run over one provider found. */

export interface Results {
  readonly conformance: readonly CaseOutcome[];
  readonly conversation: readonly Check[];
  readonly answers: readonly Answer[];
}

export interface CaseOutcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'unsupported';
  /** Of a case that did not pass. */
  readonly reason?: string;
}

export interface Check {
  readonly what: string;
  readonly pass: boolean;
  readonly value: string;
}

export interface Answer {
  readonly asks: string;
  readonly answer: string;
}
