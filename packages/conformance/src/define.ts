import type { Provider } from '@avatarwire/core';
import type { Need } from './harness';
import type { Stage, Unsupported } from './stage-types';

/** What a case is about: a column in the table of what each provider was seen to do. */
export type Capability =
  | 'connecting'
  | 'sending'
  | 'receiving'
  | 'media'
  | 'publishing'
  | 'reconnecting'
  | 'ending'
  | 'hygiene';

/** A rule of the contract as something to run. */
export interface Rule {
  /** A sentence about behaviour. */
  readonly name: string;
  readonly needs: readonly Need[];
  run<P extends Provider>(stage: Stage<P>): Promise<void | Unsupported>;
}

export function rule(name: string, needs: readonly Need[], run: Rule['run']): Rule {
  return { name, needs, run };
}

/** Bytes that can be told apart: every packet of a case has another seed. */
export function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 17 + (index >> 8)) & 0xff);
}
