import type { Browser } from 'playwright';
import type { Stage } from './place.ts';

export interface Tools extends Stage {
  /** Started with the first page. */
  readonly browser: () => Promise<Browser>;
}

/** One way to use the packages. Resolves with its faults, a line each. */
export type Check = (tools: Tools) => Promise<string[]>;
