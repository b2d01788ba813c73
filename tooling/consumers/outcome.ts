import type { Run } from './run-bounded.ts';

/** What every project's conversation asks: more than one packet holds on any network. */
export const QUESTION_LETTERS = 2_000;

/** How each project says how its conversation went: as JSON, on its last line or in its page. */
export interface Outcome {
  /** Of the question, as the avatar heard it. */
  readonly letters: number;
  readonly answer: string;
  readonly state: string;
  /** Service sessions that nobody closed. */
  readonly open: number;
}

const AS_IT_SHOULD: Outcome = {
  letters: QUESTION_LETTERS,
  answer: `You asked ${QUESTION_LETTERS} letters.`,
  state: 'closed',
  open: 0,
};

export function outcomeFaults(outcome: unknown): string[] {
  if (typeof outcome !== 'object' || outcome === null) return ['no outcome was told'];
  const told = outcome as Partial<Record<string, unknown>>;
  if (told['error'] !== undefined) return [`the conversation failed: ${String(told['error'])}`];
  return Object.entries(AS_IT_SHOULD).flatMap(([name, wanted]) =>
    told[name] === wanted
      ? []
      : [`${name} is ${JSON.stringify(told[name])}, and has to be ${JSON.stringify(wanted)}`],
  );
}

/** Of a program that talks, says how it went and then ends by itself, because nothing is left to run. */
export function programFaults({ code, stdout, output }: Run): string[] {
  if (code !== 0) return [failureOf({ code, output })];
  const last = stdout.trim().split('\n').at(-1) ?? '';
  try {
    return outcomeFaults(JSON.parse(last));
  } catch {
    return [`told no outcome, but: ${output.trim().slice(0, 500)}`];
  }
}

/** That it never ended; else the line that names the error, or the end of what was written. */
export function failureOf({ code, output }: Pick<Run, 'code' | 'output'>): string {
  if (code === undefined) return `did not end by itself; it wrote:\n${output.trim()}`;
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(?:\[?\w*Error\b|\w*Error \[)/.test(line)) ?? output.trim().slice(-1_500);
}
