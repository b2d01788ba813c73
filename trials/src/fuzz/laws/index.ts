/** Everything that has to hold of a sequence, whatever it did. */

import type { Trial } from '../trial';
import { avatarComplaints } from './avatar';
import { budgetBreaches } from './budget';
import { callBreaches } from './calls';
import { deliveryBreaches } from './deliveries';
import { fatesIn } from './fates';
import { inboundBreaches } from './inbound';
import { leftovers } from './leftovers';
import { orderBreaches } from './order';

/** What was broken, in words; empty when everything holds. */
export function breachesIn(trial: Trial): string[] {
  const fates = fatesIn(trial);
  return [
    ...trial.broken,
    ...trial.witness.broken,
    ...deliveryBreaches(trial, fates),
    ...orderBreaches(trial),
    ...inboundBreaches(trial),
    ...budgetBreaches(trial),
    ...avatarComplaints(trial),
    ...callBreaches(trial),
    ...leftovers(trial),
  ];
}
