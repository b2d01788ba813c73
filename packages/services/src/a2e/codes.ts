/** A2E publishes no table of codes; this is the one that was seen. */

import type { CodeRow } from '../http/dialect';

export const SUCCESS = 0;

/** Source: public code that talks to A2E; not confirmed by A2E. */
export const A2E_CODES: Readonly<Record<string, CodeRow>> = Object.freeze({
  1001: { error: 'service-busy', meaning: 'every host is occupied', advice: 'Try again later.' },
});
