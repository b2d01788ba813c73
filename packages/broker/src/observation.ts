/** What happens in the broker, as data: for metrics and for tests. Holds no ids, no names of callers and no text. */

import type { EndReason } from './store';

export type LimitLane = 'open' | 'call' | 'urgent' | 'close' | 'sessions' | 'seconds' | 'model';

export type Observation =
  | {
      readonly type: 'request';
      readonly route: string;
      readonly method: string;
      readonly status: number;
      readonly ms: number;
    }
  | { readonly type: 'opened'; readonly service: string; readonly provider: string; readonly ms: number }
  | { readonly type: 'open-failed'; readonly service: string; readonly code: string }
  | { readonly type: 'closed'; readonly service: string; readonly reason: EndReason; readonly heldMs: number }
  | { readonly type: 'close-failed'; readonly service: string; readonly code: string }
  | { readonly type: 'unresolved'; readonly service: string }
  | { readonly type: 'limited'; readonly lane: LimitLane }
  | {
      readonly type: 'model';
      readonly outcome: 'done' | 'cached' | 'failed' | 'aborted';
      readonly tokens: number;
    };

export type Observe = (observation: Observation) => void;
