import type { Clock } from '@avatarwire/core';
import { refusal } from './answers';
import { isReading, notHere } from './front';
import { type HttpServer, startHttpServer } from './http-server';
import { namesLoopback } from './loopback';
import type { Metrics } from './metrics';

export interface MetricsServerOptions {
  readonly metrics: Metrics;
  readonly port: number;
  readonly onFault: (error: unknown) => void;
  readonly clock: Clock;
}

/** `/metrics`, for this machine alone. */
export function startMetricsServer({ metrics, ...options }: MetricsServerOptions): Promise<HttpServer> {
  return startHttpServer({
    ...options,
    host: '127.0.0.1',
    async fetch(request) {
      if (!namesLoopback(request)) return notHere();
      if (new URL(request.url).pathname !== '/metrics' || !isReading(request))
        return refusal(404, 'unsupported', 'There is only GET /metrics here.');
      const { text, contentType } = await metrics.page();
      return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
    },
  });
}
