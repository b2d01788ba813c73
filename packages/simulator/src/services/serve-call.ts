import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { type Answer, type Call, type Route, ServiceRefusal, type ServiceRoutes } from './call';
import type { Failures } from './failures';
import type { Body } from './read-body';
import { sendBroken } from './send-answer';

/** A service, or what controls them, at its place in the HTTP server. */
export interface Mounted extends ServiceRoutes {
  readonly failures?: Failures;
  /** Pages of other origins on this machine may call it. @default false */
  readonly forPages?: boolean;
  /** Every call, once its answer is sent or its client gone. */
  onCall?(call: Call, outcome: { readonly status: number | undefined }): void;
}

export interface Request {
  readonly method: string;
  /** Below the service's own address. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** The status of what is HTTP's own fault, whatever the service. */
const STATUS = {
  'not-found': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  'too-deep': 400,
  'not-json': 400,
} as const;

export async function serveCall(
  service: Mounted,
  { body, ...request }: Request,
  response: ServerResponse,
  onFault: (error: unknown) => void,
): Promise<void> {
  const route = routeFor(service.routes, request);
  const call: Call = {
    ...request,
    service: service.name,
    name: typeof route === 'string' ? 'unknown' : route.name,
    body: 'value' in body ? body.value : undefined,
    clientGone: goneWith(response),
  };

  async function answer(): Promise<Answer> {
    try {
      if (typeof route === 'string') throw fault(route, route.replaceAll('-', ' '));
      if ('fault' in body) throw fault(body.fault, `the body is ${body.fault.replaceAll('-', ' ')}`);
      return await route.handle(call);
    } catch (error) {
      if (error instanceof ServiceRefusal) return service.refuse(error);
      onFault(error);
      return service.refuse(new ServiceRefusal('internal', 'internal error', 500));
    }
  }

  const status = await sendBroken(service, service.failures?.meet(call), call, answer, response);
  service.onCall?.(call, { status });
}

function fault(name: keyof typeof STATUS, message: string): ServiceRefusal {
  return new ServiceRefusal(name, message, STATUS[name]);
}

function routeFor(
  routes: readonly Route[],
  { method, path }: Pick<Request, 'method' | 'path'>,
): Route | 'not-found' | 'method-not-allowed' {
  const here = routes.filter((route) => route.path === path);
  return here.find((route) => route.method === method) ?? (here.length ? 'method-not-allowed' : 'not-found');
}

function goneWith(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
