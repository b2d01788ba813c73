/** From a request to its answer: what is the same for all routes. */

import { redact } from '@avatarwire/core/adapter';
import { Refusal } from '../refusal';
import { base64url } from '../sessions/ids';
import { described, describedOfService } from '../sessions/parts';
import { type Asked, createApp } from './app';
import { asRefusal } from './as-refusal';
import { corsHeaders, originOf } from './origins';
import type { HttpParts } from './parts';
import { refusalAnswer } from './refusal-answer';

const ID_BYTES = 16;
const NO_ROUTE = 'none';
/** A metric of each that a client can make up would have no end. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Credentials and words are for one page, and nothing here is meant to be shown as one. */
const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Origin',
};

export function createHandler(parts: HttpParts): (request: Request) => Promise<Response> {
  const { clock, observe, randomBytes, allowedOrigins } = parts.options;
  const app = createApp(parts);

  return async (request) => {
    const startedAt = clock.now();
    const asked: Asked = {
      id: base64url(randomBytes(ID_BYTES)),
      origin: 'none',
      route: NO_ROUTE,
    };
    const response = await answer(request, asked).catch((error: unknown) => refuse(error, request, asked));
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
    headers.set('x-request-id', asked.id);
    if (asked.origin === 'allowed') {
      for (const [name, value] of Object.entries(corsHeaders(request))) headers.set(name, value);
    }
    const { status } = response;
    observe({
      type: 'request',
      route: asked.route,
      method: METHODS.has(request.method) ? request.method : 'OTHER',
      status,
      ms: clock.now() - startedAt,
    });
    return new Response(request.method === 'HEAD' ? null : response.body, { status, headers });
  };

  async function answer(request: Request, asked: Asked): Promise<Response> {
    asked.origin = originOf(request, allowedOrigins);
    if (asked.origin === 'foreign') {
      const message = 'Pages of this origin may not use the broker: it is not among its allowedOrigins.';
      throw new Refusal(403, 'service-refused', message, { field: 'origin' });
    }
    // No path of ours needs escapes, and a proxy in front may read them in another way.
    if (new URL(request.url).pathname.includes('%')) {
      throw new Refusal(404, 'unsupported', 'There is no such route.');
    }
    return app.fetch(request, asked);
  }

  function refuse(error: unknown, request: Request, asked: Asked): Response {
    const refusal = asRefusal(error, request.signal);
    if (refusal.status >= 500) report(refusal, request, asked);
    return refusalAnswer(refusal, asked.id);
  }

  function report(refusal: Refusal, request: Request, { id, route }: Asked): void {
    const { status, code } = refusal;
    const cause = refusal.cause ?? refusal;
    const details = refusal.service === undefined ? described(cause) : describedOfService(cause);
    const login = [request.headers.get('authorization'), request.headers.get('cookie')];
    const secrets = login
      .flatMap((header) => header?.split(/[\s;,=]+/) ?? [])
      .filter((each) => each.length > 5);
    parts.options.logger.error('a request failed', {
      requestId: id,
      route,
      status,
      code,
      ...details,
      error: redact(String(details['error']), secrets),
    });
  }
}
