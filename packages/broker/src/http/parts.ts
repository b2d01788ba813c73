import type { CheckedOptions } from '../checked-options';
import type { ModelProxy } from '../model/create-model-proxy';
import type { SessionKeeper } from '../sessions/keeper';

/** What the routes stand on. */
export interface HttpParts {
  readonly options: CheckedOptions;
  readonly keeper: SessionKeeper;
  /** Absent where no model is configured. */
  readonly model: ModelProxy | undefined;
}
