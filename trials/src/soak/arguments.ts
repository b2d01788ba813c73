/** What the command line asks for. */

import { parseArgs } from 'node:util';
import { AvatarError } from '@avatarwire/core';

export interface Wanted {
  /** Half of them through one session, half through several. */
  readonly messages: number;
  readonly sessions: number;
  readonly livekit: number;
  /** To see the soak fail: something is kept of everything. */
  readonly leak: boolean;
  /** The file to write; undefined where not everything runs in full and no file is named. */
  readonly results: string | undefined;
}

const FULL = { messages: 1_000_000, sessions: 10_000, livekit: 1_000 };
/** Enough for a line through the samples of their second half. */
const LEAST = { messages: 4_000, sessions: 80, livekit: 10 };

/**
 * @param standard the file that a full run writes
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function wantedBy(args: readonly string[], standard: string): Wanted {
  const { values } = parse(args);
  const count = (name: keyof typeof FULL) => {
    const given = values[name];
    if (given === undefined) return FULL[name];
    const number = Number(given);
    if (given.trim() !== '' && Number.isInteger(number) && (number === 0 || number >= LEAST[name]))
      return number;
    throw new AvatarError(
      'invalid-argument',
      `--${name} must be 0, or a whole number from ${LEAST[name]} on.`,
    );
  };
  const counts = { messages: count('messages'), sessions: count('sessions'), livekit: count('livekit') };
  const leak = values.leak ?? false;
  const inFull = !leak && Object.keys(FULL).every((name) => values[name as keyof typeof FULL] === undefined);
  return { ...counts, leak, results: values.results ?? (inFull ? standard : undefined) };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: { messages: text, sessions: text, livekit: text, results: text, leak: { type: 'boolean' } },
    });
  } catch (cause) {
    throw new AvatarError('invalid-argument', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
