/** One request to a mock service, and what the service answers. */

import type { IncomingHttpHeaders } from 'node:http';

export type ServiceName = 'akool' | 'a2e' | 'heygen' | 'liveavatar' | 'model';

/** The services, the address where they are controlled, and the one for pages that give rooms. */
export type CallTarget = ServiceName | '_mock' | '_pages';

export type Fields = Readonly<Record<string, unknown>>;

export interface Call {
  readonly service: CallTarget;
  /** Which call of the service it is, such as `session.create`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What the JSON body says; undefined without one, and when it is not declared as JSON. */
  readonly body: unknown;
  /** Aborted when the client has gone before it had its answer. */
  readonly clientGone: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it comes instead of `body`, until the client goes. */
  readonly stream?: AsyncIterable<string>;
}

export interface Route {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the service's address. */
  readonly path: string;
  handle(call: Call): Answer | Promise<Answer>;
}

/** What a mock service is to the HTTP server. */
export interface ServiceRoutes {
  /** Also the first part of its paths. */
  readonly name: CallTarget;
  readonly routes: readonly Route[];
  /** A refusal in the service's own form; `code` is the service's own, where it has one for this. */
  refuse(refusal: ServiceRefusal): Answer;
}

/** Why a service does not do what it is asked. Thrown by handlers. */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal';
  readonly code: number | string;
  /** Of the HTTP answer. @default what the service gives with such a code */
  readonly status: number | undefined;

  constructor(code: number | string, message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A body that is no JSON object is as if it were empty. */
export function fieldsOf({ body }: Call): Fields {
  return isFields(body) ? body : {};
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
