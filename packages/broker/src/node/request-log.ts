/** One line a request. Who asked, and by which route, is known deep inside only: it is gathered on the way. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from '@avatarwire/core';
import type { Observation } from '../observation';
import type { BrokerOptions } from '../options';

interface Line {
  caller?: string;
  seen?: Extract<Observation, { type: 'request' }>;
}

export interface RequestLog {
  fetch(request: Request): Promise<Response>;
}

export interface RequestLogParts {
  /** The same, heard by the log. */
  readonly authenticate: BrokerOptions['authenticate'];
  readonly observe: (observation: Observation) => void;
  /** Has `fetch` write its lines. */
  around(broker: RequestLog): RequestLog;
}

export function createRequestLog(
  logger: Logger,
  authenticate: BrokerOptions['authenticate'],
): RequestLogParts {
  const lines = new AsyncLocalStorage<Line>();
  return {
    async authenticate(request) {
      const caller = await authenticate(request);
      const line = lines.getStore();
      if (line && caller) line.caller = caller.id;
      return caller;
    },
    observe(seen) {
      const line = lines.getStore();
      if (line && seen.type === 'request') line.seen = seen;
    },
    around: (broker) => ({
      async fetch(request) {
        const line: Line = {};
        const response = await lines.run(line, () => broker.fetch(request));
        const { caller, seen } = line;
        logger.info('request', {
          requestId: response.headers.get('x-request-id'),
          ...(seen && { method: seen.method, route: seen.route, ms: Math.round(seen.ms * 10) / 10 }),
          status: response.status,
          ...(caller !== undefined && { caller }),
        });
        return response;
      },
    }),
  };
}
