import type { Subject } from '../subject';

/** One thing said of the SDK, asked of the real one and of the double alike. */
export interface Claim {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Not so in these versions. */
  readonly except?: readonly string[];
  /** So in these versions alone. */
  readonly only?: readonly string[];
  run(subject: Subject): Promise<void>;
}
