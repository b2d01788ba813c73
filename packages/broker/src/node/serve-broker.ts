import { silentLogger, systemClock } from '@avatarwire/core';
import { logSafely } from '../checked-options';
import { createBroker } from '../create-broker';
import type { Broker } from '../options';
import { sqliteStore } from '../sqlite';
import { createFront } from './front';
import { startHttpServer } from './http-server';
import { createMetrics } from './metrics';
import { startMetricsServer } from './metrics-server';
import { checkServeOptions, type ServeOptions } from './options';
import { createRequestLog } from './request-log';
import { Running, type Tally } from './running';
import { startSweeping } from './sweeping';

const STORE_FILE = 'avatarwire-broker.sqlite';

export interface ServedBroker {
  /** Where it listens, without a slash at its end. */
  readonly url: string;
  /** Of the metrics, where there are any. */
  readonly metricsUrl?: string;
  readonly broker: Broker;
  /**
   * Takes no more requests, lets those under way finish within `graceMs`, ends sweeping and the broker, and closes the
   * store. Sessions stand, for the next broker on the same store, unless `sessions` is `'close'`. Any number of times:
   * the first one counts.
   *
   * @returns how many sessions are in the store by state; undefined when the store could not say
   */
  close(options?: { readonly sessions?: 'leave' | 'close' }): Promise<Tally | undefined>;
}

/**
 * A broker on a port of this machine: sweeping, health, metrics, and a graceful end.
 *
 * Without `authenticate` it listens on loopback only, and answers only requests whose `Host` is this machine.
 *
 * @throws AvatarError `invalid-argument`, naming the option; and what listening or the store failed with
 */
export async function serveBroker(options: ServeOptions): Promise<ServedBroker> {
  checkServeOptions(options);
  const { host = '127.0.0.1', port = 0, metricsPort, sweepEveryMs = 5_000, graceMs = 10_000 } = options;
  const { clock = systemClock, authenticate } = options;
  const logger = logSafely(options.logger ?? silentLogger);
  const running = new Running(options.store ?? sqliteStore({ file: STORE_FILE }), logger);
  const { store } = running;
  const log = createRequestLog(logger, authenticate ?? (() => ({ id: 'local' })));
  const onFault = (error: unknown) => logger.error('A request failed outside the broker.', { error });

  try {
    await store.ready();
    const metrics = metricsPort === undefined ? undefined : createMetrics(store);
    if (metrics) running.metrics = metrics;
    const broker = createBroker({
      ...options,
      store,
      authenticate: log.authenticate,
      observe(seen) {
        log.observe(seen);
        metrics?.observe(seen);
        options.observe?.(seen);
      },
    });
    running.broker = broker;
    const fetch = createFront({
      broker: log.around(broker),
      store,
      clock,
      stopping: () => running.ending,
      loopbackOnly: authenticate === undefined,
    });
    const server = await startHttpServer({
      fetch,
      host,
      port,
      onFault,
      clock,
      ...(options.http && { bounds: options.http }),
    });
    running.server = server;
    const metricsServer =
      metrics && metricsPort !== undefined
        ? await startMetricsServer({ metrics, port: metricsPort, onFault, clock })
        : undefined;
    if (metricsServer) running.metricsServer = metricsServer;
    running.sweeping = startSweeping({
      sweep: () => broker.sweep(),
      everyMs: sweepEveryMs,
      clock,
      logger,
      onSwept: (ms, outcome) => metrics?.swept(ms, outcome),
    });
    return {
      url: server.url,
      ...(metricsServer && { metricsUrl: `${metricsServer.url}/metrics` }),
      broker,
      close: ({ sessions = 'leave' } = {}) => running.end(sessions, graceMs),
    };
  } catch (error) {
    await running.end('leave', 0);
    throw error;
  }
}
