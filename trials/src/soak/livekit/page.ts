/** Runs in the page: visits to an avatar, with the adapter and the SDK that an application has. */

import { visitBare } from './bare-visit';
import { counted, visitWithSession } from './session-visit';

globalThis.visits = {
  visit: (plan) => (plan.by === 'session' ? visitWithSession(plan) : visitBare(plan)),
  count: counted,
};
