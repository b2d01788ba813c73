/** Which pages may use the broker. A page cannot choose its `Origin`, nor `Sec-Fetch-Site`: browsers set them. */

export type Origin = 'none' | 'own' | 'allowed' | 'foreign';

export function originOf(request: Request, allowed: ReadonlySet<string>): Origin {
  const origin = request.headers.get('origin');
  if (origin === null) return 'none';
  // Behind a proxy that ends TLS the address seen here is not the one the page sees; the browser knows better.
  if (request.headers.get('sec-fetch-site') === 'same-origin') return 'own';
  if (origin === new URL(request.url).origin) return 'own';
  return allowed.has(origin) ? 'allowed' : 'foreign';
}

/** Of every answer to a page of an allowed origin. */
export function corsHeaders(request: Request): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': request.headers.get('origin') ?? '',
    // The origins are named one by one, so that logins by cookie can be let through.
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'retry-after, x-request-id',
  };
}

const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;
const MOST_HEADER_CHARACTERS = 1_024;
const PREFLIGHT_SECONDS = 7_200;

/** What `OPTIONS` answers: to a page of an allowed origin what it may send, to all others the methods. */
export function optionsAnswer(request: Request, origin: Origin, methods: string): Response {
  const wanted = request.headers.get('access-control-request-headers') ?? '';
  const isPreflight = origin === 'allowed' && request.headers.has('access-control-request-method');
  const headers = new Headers({ allow: methods });
  if (isPreflight) {
    headers.set('access-control-allow-methods', methods);
    headers.set('access-control-max-age', `${PREFLIGHT_SECONDS}`);
    // Whatever a login needs; `authenticate` looks at it.
    if (wanted.length <= MOST_HEADER_CHARACTERS && HEADER_NAMES.test(wanted)) {
      headers.set('access-control-allow-headers', wanted);
    }
  }
  return new Response(null, { status: 204, headers });
}
