/**
 * The broker as a server of its own, on Node.
 *
 * ```ts
 * const { url, close } = await serveBroker({ services: [akool], authorize, port: 8787 });
 * ```
 */

export type { HttpBounds } from './http-server';
export type { ServeOptions } from './options';
export { type PinoLoggerOptions, pinoLogger } from './pino-logger';
export type { Tally } from './running';
export { type ServedBroker, serveBroker } from './serve-broker';
