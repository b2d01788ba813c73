import { type RatePolicy, ratePolicies } from '@avatarwire/core';
import type { Choice } from '../choice/choice';

/** The limits that hold for a choice: the provider's own, or another network's laid over it. */
export function limitsOf({ provider, pacing }: Choice): RatePolicy {
  return pacing === 'network' ? ratePolicies[provider] : ratePolicies[pacing];
}
