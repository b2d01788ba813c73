/** What happens, for Prometheus. No label holds an id, a caller or a text. */

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Observation, Observe } from '../observation';
import type { SessionState } from '../store';
import { measureProcess } from './process-metrics';

/** In seconds. A create takes seconds; a beat takes milliseconds. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45];
const OPEN_SECONDS = [0.25, 0.5, 1, 2, 4, 8, 15, 30, 45];

export interface Metrics {
  readonly observe: Observe;
  swept(ms: number, outcome: 'done' | 'failed'): void;
  page(): Promise<{ readonly text: string; readonly contentType: string }>;
  /** Ends the measuring of the process. */
  close(): void;
}

export interface MetricsOptions {
  tally(): Promise<Readonly<Record<SessionState, number>>>;
}

export function createMetrics({ tally }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `avatarwire_broker_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ) => new Histogram({ name: `avatarwire_broker_${name}`, help, labelNames, buckets, registers });

  const requests = histogram(
    'request_duration_seconds',
    'Requests by route, and how long they took.',
    ['route', 'method', 'status'],
    REQUEST_SECONDS,
  );
  const opened = histogram(
    'open_duration_seconds',
    'Sessions opened, and how long the service took.',
    ['service', 'provider'],
    OPEN_SECONDS,
  );
  const openFailed = counter('open_failures_total', 'Sessions that could not be opened.', [
    'service',
    'code',
  ]);
  const closed = counter('closed_total', 'Sessions closed at their service.', ['service', 'reason']);
  const closeFailed = counter('close_failures_total', 'Closes that failed and are tried again.', [
    'service',
    'code',
  ]);
  const held = counter('held_seconds_total', 'How long sessions stood open.', ['service']);
  const unresolved = counter(
    'unresolved_total',
    'Sessions that may stand open at the service under an id that nobody here knows.',
    ['service'],
  );
  const limited = counter('limited_total', 'Requests refused by a limit.', ['lane']);
  const answers = counter('model_answers_total', 'Answers of the language model.', ['outcome']);
  const tokens = counter('model_tokens_total', 'Tokens of the language model, in and out.', []);
  const sweeps = histogram('sweep_duration_seconds', 'Sweeps.', ['outcome'], REQUEST_SECONDS);
  new Gauge({
    name: 'avatarwire_broker_sessions',
    help: 'Sessions in the store by state. Absent while the store cannot be asked.',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      const states = await tally().catch(() => ({}));
      for (const [state, count] of Object.entries(states)) this.set({ state }, count);
    },
  });
  const stopMeasuring = measureProcess(registry);

  const keep: { [T in Observation['type']]: (seen: Extract<Observation, { type: T }>) => void } = {
    request: ({ route, method, status, ms }) => requests.observe({ route, method, status }, ms / 1_000),
    opened: ({ service, provider, ms }) => opened.observe({ service, provider }, ms / 1_000),
    'open-failed': ({ service, code }) => openFailed.inc({ service, code }),
    closed({ service, reason, heldMs }) {
      closed.inc({ service, reason });
      held.inc({ service }, heldMs / 1_000);
    },
    'close-failed': ({ service, code }) => closeFailed.inc({ service, code }),
    unresolved: ({ service }) => unresolved.inc({ service }),
    limited: ({ lane }) => limited.inc({ lane }),
    model({ outcome, tokens: amount }) {
      answers.inc({ outcome });
      tokens.inc(amount);
    },
  };

  return {
    observe: <T extends Observation['type']>(seen: Extract<Observation, { type: T }>) =>
      keep[seen.type as T](seen),
    swept: (ms, outcome) => sweeps.observe({ outcome }, ms / 1_000),
    page: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
    close: stopMeasuring,
  };
}
