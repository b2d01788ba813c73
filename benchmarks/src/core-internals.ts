/** The parts of core that a row measures by themselves and that core does not export. The only place that reaches in. */

export { createMessageParts } from '../../packages/core/src/delivery/chunker';
export { GUARD_MS, type RatePolicy, WINDOW_MS } from '../../packages/core/src/delivery/rate-policies';
