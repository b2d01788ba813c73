import { commands } from 'vitest/browser';
import type { Combination } from './combinations';
import { CASES, type Case, type ProvenCombination, type Result } from './proof';

const networks = { agora: 'Agora', livekit: 'LiveKit', trtc: 'TRTC', webrtc: 'WebRTC' } as const;

export interface Recorder {
  /** Counts as failed until it has come to an end. */
  run(combination: Combination, name: Case, work: () => Promise<Result>): Promise<void>;
  /** Writes down what was seen, unless this was a run of single cases. */
  keep(): Promise<void>;
}

/** @param canRun what cannot is written down as not run */
export function createRecorder(
  combinations: readonly Combination[],
  canRun: (combination: Combination) => boolean,
): Recorder {
  const seen = new Map(combinations.map((combination) => [combination, new Map<Case, Result>()]));
  return {
    async run(combination, name, work) {
      const results = seen.get(combination);
      results?.set(name, 'failed');
      results?.set(name, await work());
    },
    async keep() {
      const complete = [...seen].every(
        ([combination, { size }]) => size === CASES.length || !canRun(combination),
      );
      if (complete) await commands.servicesProof({ combinations: [...seen].map(proven) });
    },
  };
}

function proven([{ title, network, real }, results]: [
  Combination,
  ReadonlyMap<Case, Result>,
]): ProvenCombination {
  const result = (name: Case): Result => results.get(name) ?? 'not-run';
  return {
    service: title,
    network: networks[network],
    real,
    results: Object.fromEntries(CASES.map((name) => [name, result(name)])) as ProvenCombination['results'],
  };
}
