/** The parts of core that a row measures by themselves and that core does not export. The only place that reaches in. */

export { colourKeyOf } from '../../packages/core/src/background/background-settings';
export { createKeyer } from '../../packages/core/src/background/create-keyer';
export { createMessageParts } from '../../packages/core/src/delivery/chunker';
export { GUARD_MS, type RatePolicy, WINDOW_MS } from '../../packages/core/src/delivery/rate-policies';
export {
  greenScreenFrame,
  type KeyingError,
  keyingError,
} from '../../packages/core/test/background/support/green-screen-frame';
