import { constants } from 'node:os';
import type { Logger } from '@avatarwire/core';
import type { ServedBroker } from '../node';
import { LIVE_STATES } from '../store';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first signal ends gracefully, the second at once. */
export function endOnSignal(
  served: ServedBroker,
  { logger, closeOnExit }: { readonly logger: Logger; readonly closeOnExit: boolean },
): void {
  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) process.exit(128 + constants.signals[signal]);
    ending = true;
    logger.info('Ending.', { signal });
    const tally = await served.close({ sessions: closeOnExit ? 'close' : 'leave' });
    for (const each of SIGNALS) process.removeAllListeners(each);
    const open = tally && LIVE_STATES.reduce((sum, state) => sum + tally[state], 0);
    logger.info(lastWords(open), { ...(open !== undefined && { open }) });
  };
  for (const signal of SIGNALS) process.on(signal, (name) => void end(name));
}

function lastWords(open: number | undefined): string {
  if (open === undefined) return 'Ended. The store could not say what stays open.';
  if (open === 0) return 'Ended. Nothing stays open.';
  const sessions = open === 1 ? '1 session stays' : `${open} sessions stay`;
  return `Ended. ${sessions} open at the services; the next start on this store goes on with them.`;
}
